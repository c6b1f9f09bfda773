// Long work is followed: the part of the page that tells how far it has come is fetched anew until it has come to its end.
const pause = 3000

export function follow (part) {
  setTimeout(async () => {
    let page = null
    try {
      const answer = await fetch(part.dataset.follow, { headers: { Accept: 'text/html' } })
      if (answer.ok) page = new DOMParser().parseFromString(await answer.text(), 'text/html')
    } catch { /* the network comes back, or the reader looks again */ }
    const fresh = page?.getElementById(part.id)
    if (!fresh) return follow(part)
    say(part, page)
    const held = part.contains(document.activeElement) && document.activeElement // a link or button keeps the focus
    part.replaceChildren(...fresh.childNodes)
    if (held) [...part.querySelectorAll('a, button')].sort((a, b) => alike(b, held) - alike(a, held))[0]?.focus()
    if (fresh.dataset.follow) follow(part)
    else delete part.dataset.follow
  }, pause)
}

const alike = (one, other) => one.textContent === other.textContent ? 1 : 0

// What is said once for each state stands outside the part, so that it is read out when it changes and only then.
function say (part, page) {
  const told = document.getElementById(part.dataset.followSaid)
  const news = page.getElementById(part.dataset.followSaid)?.textContent
  if (told && news && told.textContent !== news) told.textContent = news
}
