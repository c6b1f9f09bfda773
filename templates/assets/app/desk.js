// Keys for the list of comments: j and k move, x chooses, Enter opens. Off until somebody turns them on, and remembered:
// single letters must not surprise those who speak to their computer (WCAG 2.1.4).
const store = 'desk-keys'

function remembered () {
  try { return localStorage.getItem(store) === 'on' } catch { return false }
}

function remember (on) {
  try { localStorage.setItem(store, on ? 'on' : 'off') } catch { /* private windows have none */ }
}

export function desk (form) {
  const rows = [...form.querySelectorAll('tbody tr')]
  const toggle = form.querySelector('[data-desk-keys]')
  let at = -1
  toggle.checked = remembered()
  toggle.addEventListener('change', () => remember(toggle.checked))

  function go (to) {
    if (to < 0 || to >= rows.length) return
    rows[at]?.removeAttribute('aria-current')
    at = to
    rows[at].setAttribute('aria-current', 'true')
    rows[at].querySelector('a').focus()
  }

  document.addEventListener('keydown', (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.target.matches('input:not([type=checkbox]), textarea, select')) return
    switch (event.key) {
      case 'j': go(at + 1); break
      case 'k': go(at - 1); break
      case 'x': rows[at]?.querySelector('input[type=checkbox]').click(); break
      default: return
    }
    event.preventDefault()
  })
}
