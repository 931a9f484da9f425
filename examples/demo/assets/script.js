// What the pages do beyond HTML; each works without it, but for sending JSON.
'use strict'

// Colour the code.
const TOKENS = new RegExp([
  '(?<comment>#[^\\n]*)',
  `(?<string>'''[^]*?'''|"""[^]*?"""|'(?:\\\\.|[^'\\\\\\n])*'|"(?:\\\\.|[^"\\\\\\n])*")`,
  '(?<decorator>@[\\w.]+)',
  '(?<keyword>\\b(?:and|as|async|await|class|def|elif|else|except|finally|for|from|if|import|in|is|lambda|not|or|pass|raise|return|try|while|with|yield|None|True|False)\\b)',
  '(?<number>\\b\\d[\\w.]*)',
].join('|'), 'g')

for (const code of document.querySelectorAll('code[data-python]')) {
  const text = code.textContent
  const parts = []
  let end = 0
  for (const match of text.matchAll(TOKENS)) {
    const span = document.createElement('span')
    span.className = Object.keys(match.groups).find(kind => match.groups[kind])
    span.textContent = match[0]
    parts.push(text.slice(end, match.index), span)
    end = match.index + match[0].length
  }
  code.replaceChildren(...parts, text.slice(end))
}

// Show the current feature where the navigation scrolls.
const current = document.querySelector('nav [aria-current]')
if (current) {
  const list = current.closest('ul')
  list.scrollLeft = current.offsetLeft - (list.clientWidth - current.offsetWidth) / 2
}

// Send what is in the field as JSON, and show the answer.
for (const form of document.querySelectorAll('form[data-json]')) {
  form.addEventListener('submit', async event => {
    event.preventDefault()
    const output = form.querySelector('output')
    output.hidden = false
    try {
      const response = await fetch(form.action, {
        method: 'POST',
        headers: {'Content-Type': 'application/json'},
        body: form.querySelector('textarea').value,
      })
      const text = await response.text()
      output.textContent = `${response.status} ${response.statusText}\n${response.headers.get('Content-Type')}\n\n${text}`
    } catch (error) {
      output.textContent = `No answer: ${error.message}`
    }
  })
}
