// Opens the tables of pictures for the printer, where the browser's styles alone cannot, and closes them again.
const opened = new Set()

window.addEventListener('beforeprint', () => {
  for (const table of document.querySelectorAll('.app-figure__table:not([open])')) {
    table.open = true
    opened.add(table)
  }
})

window.addEventListener('afterprint', () => {
  for (const table of opened) {
    table.open = false
  }
  opened.clear()
})
