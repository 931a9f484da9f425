# What every page of ours has to be: accessible, as axe judges, usable by keyboard, within its window, and without complaints.

import importlib.util
from pathlib import Path

AXE = Path(importlib.util.find_spec('axe_core_python').origin).with_name('axe.min.js').read_text()

VIOLATIONS = '''axe.run({resultTypes: ['violations']}).then(results => results.violations.map(violation =>
    `${violation.id}: ${violation.help}: ${violation.nodes.map(node => node.html + ' ' + node.failureSummary).join(' | ')}`))'''

# What can have the focus, in the order of the page. Of radio buttons with one name Tab reaches one; there are none.
REACHABLE = '''[...document.querySelectorAll('a[href], button, input, select, summary, textarea, [tabindex="0"]')]
    .filter(element => !element.disabled && element.type !== 'hidden' && element.checkVisibility())'''

FOCUSED = '''(() => {
    const element = document.activeElement
    if (element === document.body) return -1
    const style = getComputedStyle(element)
    if (style.outlineStyle === 'none' && style.boxShadow === 'none') return `no sign of the focus: ${element.outerHTML}`
    return ''' + REACHABLE + '''.indexOf(element)
})()'''


def assert_accessible(page):
    page.run("document.documentElement.style.backgroundColor ||= 'Canvas'")  # axe takes an unset one for white, on dark screens too
    if not page.run('"axe" in window'):
        page.run(AXE)
    violations = page.run(VIOLATIONS)
    assert not violations, f'{page.url}: {violations}'


def assert_fits(page):
    """Look that nothing has to be scrolled to the side, but for what scrolls in itself."""
    assert page.run('document.documentElement.scrollWidth <= innerWidth'), f'{page.url} is too wide'


def assert_reached_by_keyboard(page):
    """Look that Tab leads to all that can be used, in the order of the page, and that it shows."""
    count = page.run(REACHABLE + '.length')
    reached = []
    for _ in range(count + 1):
        page.press('Tab')
        reached.append(page.run(FOCUSED))
    assert -1 in reached, f'{page.url}: {reached}'
    end = reached.index(-1) + 1  # Tab goes on from where the focus was
    assert reached[end:] + reached[:end] == [*range(count), -1], f'{page.url}: {reached}'


def assert_good(page, keyboard=True):
    """Look at a page that is loaded, in light and dark, on a desktop and on a phone."""
    for dark, phone in ((False, False), (True, True)):
        page.looks(dark, phone)
        assert_fits(page)
        assert_accessible(page)
    page.looks()
    if keyboard:
        assert_reached_by_keyboard(page)
