// The outline beside a draft: the section being read is marked, and kept in view.
const wide = matchMedia('(min-width: 60em)')

export function markSection () {
  const outline = document.querySelector('.app-outline')
  if (!outline) return
  const fold = outline.querySelector('details')
  if (!CSS.supports('selector(::details-content)')) { // styles alone cannot unfold it there
    const unfold = () => { fold.open = wide.matches }
    wide.addEventListener('change', unfold)
    unfold()
  }
  const sections = Array.from(outline.querySelectorAll('a'), link => ({ link, at: document.getElementById(decodeURIComponent(link.hash.slice(1))) }))
    .filter(s => s.at)
  let current = null
  let waits = false
  const mark = () => {
    waits = false
    const reached = sections.filter(s => s.at.getBoundingClientRect().top < innerHeight / 3).pop()
    if (reached === current) return
    current?.link.removeAttribute('aria-current')
    current = reached
    if (!current) return
    current.link.setAttribute('aria-current', 'location')
    if (wide.matches) keepInView(outline, current.link)
  }
  addEventListener('scroll', () => {
    if (waits) return
    waits = true
    requestAnimationFrame(mark)
  }, { passive: true })
  fold.addEventListener('click', event => { // on a telephone the outline would stand in the way
    if (!wide.matches && event.target.closest('a')) fold.open = false
  })
  mark()
}

function keepInView (outline, link) {
  const frame = outline.getBoundingClientRect()
  const at = link.getBoundingClientRect()
  if (at.top < frame.top || at.bottom > frame.bottom) outline.scrollTop += at.top - frame.top - frame.height / 3
}
