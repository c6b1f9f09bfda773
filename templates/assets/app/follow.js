// Long work is followed: the part of the page that tells how far it has come is fetched anew until it has come to its end.
const pause = 3000

export function follow (part) {
  setTimeout(async () => {
    let fresh = null
    try {
      const answer = await fetch(part.dataset.follow, { headers: { Accept: 'text/html' } })
      if (answer.ok) fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id)
    } catch { /* the network comes back, or the reader looks again */ }
    if (!fresh) return follow(part)
    const held = part.contains(document.activeElement) // the link to look again keeps the focus
    part.replaceChildren(...fresh.childNodes)
    if (held) part.querySelector('a')?.focus()
    if (fresh.dataset.follow) follow(part)
    else delete part.dataset.follow
  }, pause)
}
