// Takes the words selected in a comment into the field for the passage to withhold.
export default function takeSelection () {
  const offer = document.querySelector('[data-passage-take]')
  const source = document.querySelector('[data-passage-source]')
  if (!offer || !source) return
  const field = document.getElementById(offer.dataset.passageTake)
  offer.hidden = false
  offer.querySelector('button').addEventListener('click', () => {
    const selection = window.getSelection()
    const words = selection.toString().trim()
    if (words && source.contains(selection.anchorNode) && source.contains(selection.focusNode)) {
      field.value = words
      const part = document.querySelector(`input[name="${offer.dataset.passagePart}"][value="words"]`)
      if (part) part.checked = true
    }
    field.focus()
  })
}
