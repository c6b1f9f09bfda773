// Opens the form of a comment at its place in the answer, instead of on a page of its own.
import { typing } from './typing.js'

export function answering (page) {
  let open = null

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href]')
    if (!link || link.dataset.ownPage !== undefined || link.pathname !== page.dataset.answering + '/comment') return
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (open?.link === link && open.region.isConnected) return open.focus()
    fetchForm(link).then(found => {
      if (open?.region.isConnected) open.close(false)
      open = place(page, link, found)
    }, () => location.assign(link.href))
  })
}

async function fetchForm (link) {
  const answer = await fetch(link.href)
  const doc = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const form = doc.querySelector('main form:has([data-typing])')
  if (!answer.ok || !form) throw new Error('no form there')
  return { form: document.adoptNode(form), title: doc.querySelector('h1').textContent }
}

function place (page, link, { form, title }) {
  const words = page.dataset
  const after = link.closest('article') || link.closest('p')
  const region = document.createElement('section')
  const heading = document.createElement('h' + Math.min(6, levelBefore(after) + 1))
  const whole = document.createElement('a')
  const cancel = document.createElement('button')
  region.className = 'app-inplace'
  region.setAttribute('aria-labelledby', 'inplace-title')
  heading.id = 'inplace-title'
  heading.className = 'govuk-heading-s'
  heading.textContent = title
  whole.href = link.href
  whole.className = 'govuk-link'
  whole.dataset.ownPage = ''
  whole.addEventListener('click', () => { whole.href = form.getAttribute('action') }) // what was new may be saved by now
  whole.textContent = words.ownPage
  cancel.type = 'button'
  cancel.className = 'govuk-button govuk-button--secondary'
  cancel.textContent = words.close
  rename(form)
  const row = document.createElement('div')
  row.className = 'govuk-button-group'
  const send = form.querySelector('button[type=submit], button:not([type])')
  send.before(row)
  row.append(send, cancel, whole)
  region.append(heading, form)
  after.after(region)
  link.setAttribute('aria-expanded', 'true')
  const typed = typing(form)
  const focus = () => form.querySelector('textarea').focus()

  async function close (back) {
    region.remove()
    link.removeAttribute('aria-expanded')
    if (back) link.focus()
    if (await typed.close() && back) { // the page behind does not show yet what was saved
      const at = after.id || after.querySelector('[id]')?.id
      if (at) history.replaceState(null, '', '#' + at)
      location.reload()
    }
  }
  cancel.addEventListener('click', () => close(true))
  region.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || event.isComposing) return
    event.preventDefault()
    close(true)
  })
  focus()
  return { link, region, focus, close }
}

// The page may have fields of the same name already.
function rename (form) {
  const to = id => 'inplace-' + id
  for (const e of form.querySelectorAll('[id]')) e.id = to(e.id)
  for (const e of form.querySelectorAll('[for]')) e.htmlFor = to(e.htmlFor)
  for (const e of form.querySelectorAll('[aria-describedby]')) {
    e.setAttribute('aria-describedby', e.getAttribute('aria-describedby').split(' ').map(to).join(' '))
  }
}

function levelBefore (element) {
  let level = 2
  for (const h of document.querySelectorAll('main :is(h2, h3, h4, h5)')) {
    if (element.compareDocumentPosition(h) & Node.DOCUMENT_POSITION_FOLLOWING && !element.contains(h)) break
    level = Number(h.tagName[1])
  }
  return level
}
