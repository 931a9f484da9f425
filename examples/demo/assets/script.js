// What the pages do beyond HTML; each works without it, but for sending JSON and hearing events.
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

// Send files with a bar that shows how much has gone, and show the answer.
for (const form of document.querySelectorAll('form[data-progress]')) {
  form.addEventListener('submit', event => {
    event.preventDefault()
    const bar = form.querySelector('progress')
    const button = form.querySelector('button')
    const request = new XMLHttpRequest()
    request.upload.addEventListener('progress', event => {
      bar.max = event.total
      bar.value = event.loaded
    })
    request.addEventListener('loadend', () => {
      bar.hidden = true
      button.disabled = false
      const answer = request.response?.querySelector('.result, .error') ?? document.createElement('p')
      answer.textContent ||= 'No answer: the connection ended.'
      for (const old of document.querySelectorAll('main > .result, main > .error, main > [role=alert]')) {
        old.remove()
      }
      if (!answer.matches('.result')) {
        answer.setAttribute('role', 'alert')
      }
      form.before(answer)
    })
    request.open('POST', form.action)
    request.responseType = 'document'
    request.send(new FormData(form))
    bar.removeAttribute('value')
    bar.hidden = false
    button.disabled = true
  })
}

// Show what the server says, where the page names the event.
for (const place of document.querySelectorAll('[data-events]')) {
  const source = new EventSource(place.dataset.events)
  const state = place.querySelector('[data-state]')
  for (const output of place.querySelectorAll('[data-event]')) {
    source.addEventListener(output.dataset.event, event => { output.textContent = event.data })
  }
  source.onopen = () => { state.textContent = 'Open' }
  source.onerror = () => {
    state.textContent = source.readyState === EventSource.CLOSED ? 'Closed' : 'Lost, the browser tries again'
  }
}

// Talk over a WebSocket: a line for each message that comes, and a message for each that is sent.
for (const form of document.querySelectorAll('form[data-chat]')) {
  const socket = new WebSocket(new URL(form.dataset.chat, location.href.replace(/^http/, 'ws')))
  const messages = form.querySelector('[data-messages]')
  const state = form.querySelector('[data-state]')
  const field = form.querySelector('input')
  socket.addEventListener('message', event => {
    const line = document.createElement('li')
    line.textContent = event.data
    messages.append(line)
    messages.parentElement.scrollTop = messages.scrollHeight
  })
  socket.addEventListener('open', () => { state.textContent = 'Open' })
  socket.addEventListener('close', event => { state.textContent = `Closed with code ${event.code}; load the page to come back` })
  form.addEventListener('submit', event => {
    event.preventDefault()
    if (field.value && socket.readyState === WebSocket.OPEN) {
      socket.send(field.value)
      field.value = ''
    }
  })
}
