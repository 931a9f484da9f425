"""Draws measurements as a picture, SVG that reads on light and on dark pages."""

from xml.sax.saxutils import escape

WIDTH, LABELS, ROW = 760, 250, 30


def bars(title, values, ours):
    """Return a picture of horizontal bars, the shortest first.

    :param title: what the values are.
    :param values: numbers by the name that stands beside their bar.
    :param ours: the name of the bar to set off.
    """
    longest = max(values.values())
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {ROW * len(values) + 50}" role="img" '
        f'aria-label="{escape(title)}" font-family="system-ui, sans-serif" font-size="14">',
        '<style>text { fill: #1f2328 } rect { fill: #8c959f } rect.ours { fill: #0969da } '
        '@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } rect.ours { fill: #4493f8 } }</style>',
        f'<text x="0" y="20" font-weight="600">{escape(title)}</text>',
    ]
    for i, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        y = 40 + ROW * i
        width = (WIDTH - LABELS - 60) * value / longest
        kind = ' class="ours"' if name == ours else ''
        lines += [
            f'<text x="{LABELS - 10}" y="{y + 15}" text-anchor="end">{escape(name)}</text>',
            f'<rect{kind} x="{LABELS}" y="{y}" width="{width:.1f}" height="20" rx="3"/>',
            f'<text x="{LABELS + width + 8:.1f}" y="{y + 15}">{value:.0f}</text>',
        ]
    return '\n'.join([*lines, '</svg>', ''])
