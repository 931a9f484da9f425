// What the theme leaves undone for those who have no mouse, or do not see the page.
'use strict'

function mend() {
  for (const place of document.querySelectorAll('.md-typeset pre > code, .md-typeset__scrollwrap')) {
    if (place.scrollWidth > place.clientWidth) {
      place.tabIndex = 0  // so that arrow keys move what is too wide
    } else {
      place.removeAttribute('tabindex')
    }
  }
  for (const buttons of document.querySelectorAll('.md-code__nav')) {
    buttons.setAttribute('role', 'presentation')  // a button to copy is no navigation
  }
}

addEventListener('resize', mend)
new MutationObserver(mend).observe(document.body, {childList: true, subtree: true})
mend()
