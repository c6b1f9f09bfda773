// What a contributor types is kept in this tab until it is saved, and a draft is saved as it is typed.
const prefix = 'typing:'
const pause = 2000 // ms without a key until a draft is saved
const retry = 15000 // ms until the next attempt where there is no connection

function stored (key) {
  try { return JSON.parse(sessionStorage.getItem(key)) } catch { return null }
}

function store (key, entry) {
  try {
    if (entry) sessionStorage.setItem(key, JSON.stringify(entry))
    else sessionStorage.removeItem(key)
  } catch { /* full, or not allowed: then it is as without scripts */ }
}

function keys () {
  try { return Object.keys(sessionStorage).filter(k => k.startsWith(prefix)) } catch { return [] }
}

// Whoever signs out leaves nothing in the tab.
export function forgetAtSignOut () {
  document.addEventListener('submit', event => {
    if (new URL(event.target.action, location).pathname === '/signout') keys().forEach(k => store(k, null))
  })
}

// The answer's page drops what was sent and has arrived.
export function dropSent (page) {
  const plain = text => text.replace(/\s+/g, ' ').trim()
  const shown = new Set([...page.querySelectorAll('.app-comment .app-text')].map(e => plain(e.textContent)))
  const came = performance.getEntriesByType('navigation')[0]?.type === 'navigate'
  for (const key of keys().filter(k => k.startsWith(prefix + page.dataset.answering + '/'))) {
    const entry = stored(key)
    if (!entry?.sent) continue
    const text = entry.values.find(([name]) => name === 'text')
    if (text ? shown.has(plain(text[1])) : came) store(key, null)
  }
}

const tokens = ['csrf_token', 'request_id', 'version']

// The fields a person fills in, as [name, value] pairs.
function read (form) {
  return [...new FormData(form)].filter(([name, value]) => !tokens.includes(name) && typeof value === 'string')
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b)

function fill (form, values) {
  for (const field of form.elements) {
    if (!field.name || tokens.includes(field.name) || field.type === 'submit') continue
    const given = values.filter(([name]) => name === field.name).map(([, value]) => value)
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = given.includes(field.value)
    else if (given.length) field.value = given[0]
  }
}

async function ask (url, options) {
  const answer = await fetch(url, options)
  const doc = new DOMParser().parseFromString(await answer.text(), 'text/html')
  return { answer, doc, form: doc.querySelector('main form:has([data-typing])') }
}

export function typing (form) {
  const status = form.querySelector('[data-typing]')
  const words = status.dataset
  const key = () => { const to = new URL(form.getAttribute('action'), location); return prefix + to.pathname + to.search }
  let saved = read(form) // as the record has it
  let timer = 0
  let busy = null
  let unanswered = null // a form sent whose answer was lost: it must go again as it was
  let stopped = words.autosave === undefined
  let signedOut = false
  let wrote = false

  function say (text, ...more) {
    status.textContent = text
    for (const e of more) status.append(' ', e)
  }

  function keep (sent) {
    const values = read(form)
    if (same(values, saved)) return store(key(), null)
    store(key(), { values, version: form.elements.version?.value, owner: words.owner, sent })
  }

  function restore () {
    const entry = stored(key())
    if (!entry || entry.owner !== words.owner) return store(key(), null)
    const refused = document.querySelector('main .govuk-error-summary') && !form.closest('.app-inplace')
    if (same(entry.values, saved)) {
      if (!refused) store(key(), null)
      return
    }
    if (refused) return // the page has what was typed last
    const version = form.elements.version
    const now = version?.value
    fill(form, entry.values)
    // A change somebody else has made since must show as one.
    if (version && entry.version) version.value = entry.version
    const drop = document.createElement('button')
    drop.type = 'button'
    drop.className = 'app-link-button'
    drop.textContent = words.drop
    drop.addEventListener('click', () => {
      fill(form, saved)
      if (version) version.value = now
      clearTimeout(timer)
      store(key(), null)
      say('')
      form.querySelector('textarea, input:not([type=hidden])')?.focus()
    })
    say(words.restored, drop)
  }

  const dirty = () => !same(read(form), saved)
  // Nothing is saved of a comment without words.
  const empty = () => form.elements.text ? !form.elements.text.value.trim() : !read(form).some(([, value]) => value.trim())

  function later (ms) {
    clearTimeout(timer)
    timer = setTimeout(save, ms)
  }

  function save () {
    clearTimeout(timer)
    if (busy) return busy
    if (stopped || empty() || !dirty()) return
    busy = attempt().finally(() => { busy = null })
    return busy
  }

  async function attempt () {
    if (signedOut && !await back()) return
    const sent = unanswered || { values: read(form), body: new URLSearchParams([...new FormData(form), ['autosave', '1']]) }
    let result
    try {
      unanswered = sent
      result = await ask(form.getAttribute('action'), { method: 'POST', body: sent.body })
    } catch {
      say(words.offline)
      later(retry)
      return
    }
    unanswered = null
    took(sent, result)
  }

  function took (sent, { answer, doc, form: next }) {
    if (answer.ok && next) return adopt(sent, next)
    if (!next && answer.status < 500) return away()
    const why = [...doc.querySelectorAll('.govuk-error-summary__list li')].map(li => li.textContent.trim()).join(' ')
    if ([409, 412].includes(answer.status)) stopped = true // the button shows what to do
    say(why ? words.refused.replace('%WHY%', why) : words.failed)
    if (answer.status >= 500) later(retry)
  }

  // A new comment has become one of the record: from now on it is changed.
  function adopt (sent, next) {
    store(key(), null)
    form.setAttribute('action', next.getAttribute('action'))
    for (const name of tokens) if (form.elements[name]) form.elements[name].value = next.elements[name].value
    saved = sent.values
    wrote = true
    keep()
    const time = new Date().toLocaleTimeString(document.documentElement.lang + '-u-nu-latn', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' })
    say(words.saved.replace('%TIME%', time))
    if (dirty()) later(pause)
  }

  function away () {
    signedOut = true
    const link = document.createElement('a')
    link.href = words.signIn
    link.target = '_blank'
    link.rel = 'noopener'
    link.className = 'govuk-link'
    link.textContent = words.signInLabel
    say(words.signedOut, link)
  }

  // Signed in again, in another tab: the form takes that session's token, if it is the same person's.
  async function back () {
    try {
      const { answer, form: next } = await ask(form.getAttribute('action'))
      const owner = next?.querySelector('[data-typing]').dataset.owner
      if (!answer.ok || owner !== words.owner) return false
      form.elements.csrf_token.value = next.elements.csrf_token.value
      unanswered = null
      signedOut = false
      return true
    } catch {
      return false
    }
  }

  form.addEventListener('input', () => { keep(); later(pause) })
  form.addEventListener('change', () => { keep(); later(pause) })
  form.addEventListener('focusout', event => { if (event.relatedTarget?.type !== 'submit') save() })
  form.addEventListener('submit', async event => {
    clearTimeout(timer)
    keep(true)
    if (busy || signedOut || unanswered || !navigator.onLine) {
      event.preventDefault()
      const button = event.submitter
      if (!navigator.onLine) return say(words.offline)
      await busy
      if (signedOut && !await back()) return away()
      if (unanswered) await save()
      if (!unanswered && !signedOut) form.requestSubmit(button)
    }
  })
  const again = () => { if (signedOut || unanswered) save() }
  addEventListener('online', again)
  addEventListener('focus', again)
  restore()

  return {
    // close saves what is left and says whether anything was saved since the form was opened.
    async close () {
      removeEventListener('online', again)
      removeEventListener('focus', again)
      await busy
      await save()
      clearTimeout(timer)
      return wrote
    }
  }
}
