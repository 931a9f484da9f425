"""Knows how measurements are drawn: SVG that reads on light and on dark pages. Must not know what they are of."""

import math
from collections.abc import Mapping
from xml.sax.saxutils import escape

WIDTH, LABELS, ROW = 760, 270, 26
PLOT = (60, 50, 440, 260)  # left, top, width and height of the field of a plot
COLOURS = ('#0969da', '#8250df', '#bf3989', '#bc4c00', '#1a7f37', '#6e7781')
_STYLE = ('<style>text { fill: #1f2328 } .bar { fill: #8c959f } .ours { fill: #0969da } '
          '.grid { stroke: #8c959f; stroke-opacity: .35 } '
          '@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .ours { fill: #4493f8 } }</style>')


def bars(title: str, values: 'Mapping[str, float]', ours: str) -> str:
    """Return a picture of horizontal bars, the shortest first.

    :param title: what the values are.
    :param values: numbers by the name that stands beside their bar.
    :param ours: how the names of the bars begin that are set off.
    """
    longest = max(values.values())
    lines = [*_head(title, ROW * len(values) + 50)]
    for i, (name, value) in enumerate(sorted(values.items(), key=lambda item: item[1])):
        kind = 'ours' if name.startswith(ours) else 'bar'
        y = 40 + ROW * i
        width = (WIDTH - LABELS - 60) * value / longest
        lines += [
            f'<text x="{LABELS - 10}" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
            f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{width:.1f}" height="18" rx="3"/>',
            f'<text x="{LABELS + width + 8:.1f}" y="{y + 14}">{number(value)}</text>',
        ]
    return '\n'.join([*lines, '</svg>', ''])


def lines(title: str, across: str, values: 'Mapping[str, Mapping[float, float]]') -> str:
    """Return a picture of lines, with both scales logarithmic.

    :param title: what the values are.
    :param across: what stands along the bottom.
    :param values: numbers by the name of their line, and by what stands along the bottom; 0 there is drawn left of the least.
    """
    left, top, width, height = PLOT
    places = sorted({place for line in values.values() for place in line})
    marks = _powers([value for line in values.values() for value in line.values()])
    low, high = math.log10(marks[0]), math.log10(marks[-1])
    step = width / max(1, len(places) - 1)

    def point(place: float, value: float) -> 'tuple[float, float]':
        return left + step * places.index(place), top + height * (high - math.log10(value)) / (high - low)

    drawn = [*_head(title, top + height + 60)]
    for mark in marks:
        y = point(places[0], mark)[1]
        drawn += [f'<line class="grid" x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}"/>',
                  f'<text x="{left - 8}" y="{y + 5:.1f}" text-anchor="end">{number(mark)}</text>']
    for place in places:
        drawn.append(f'<text x="{left + step * places.index(place):.1f}" y="{top + height + 20}" text-anchor="middle">'
                     f'{number(place)}</text>')
    drawn.append(f'<text x="{left + width / 2}" y="{top + height + 45}" text-anchor="middle">{escape(across)}</text>')
    for i, (name, line) in enumerate(values.items()):
        colour = COLOURS[i % len(COLOURS)]
        dashes = f'stroke-dasharray="{4 * (i // len(COLOURS))} 4"' if i >= len(COLOURS) else ''
        points = ' '.join(['%.1f,%.1f' % point(place, value) for place, value in sorted(line.items())])
        y = top + 16 + 22 * i
        drawn += [f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" {dashes}/>',
                  f'<path d="M{left + width + 20} {y - 4}h24" stroke="{colour}" stroke-width="2.5" {dashes}/>',
                  f'<text x="{left + width + 50}" y="{y}" font-size="12">{escape(name)}</text>']
    return '\n'.join([*drawn, '</svg>', ''])


def number(value: float) -> str:
    """Return a number as people read it: three digits that count."""
    if value >= 1e6:
        return f'{value / 1e6:g}M'
    return f'{value:,.0f}' if value >= 100 or value == int(value) else f'{value:.3g}'


def _head(title: str, height: int) -> 'list[str]':
    return [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}" '
            'font-family="system-ui, sans-serif" font-size="13">', _STYLE,
            f'<text x="0" y="20" font-weight="600" font-size="14">{escape(title)}</text>']


def _powers(values: 'list[float]') -> 'list[float]':
    # 1, 2 and 5 times the powers of ten around values.
    marks = [factor * 10.0**power for power in range(-3, 9) for factor in (1, 2, 5)]
    first = max([i for i, mark in enumerate(marks) if mark <= min(values)], default=0)
    last = min([i for i, mark in enumerate(marks) if mark >= max(values)], default=len(marks) - 1)
    return marks[first:max(last, first + 1) + 1]
