// Validates the pages (*.html) of a folder against the standard and the rules below; prints what is wrong as JSON:
// node validate.mjs FOLDER
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { HtmlValidate } from 'html-validate'

const off = [
  'long-title', // titles are what people called their drafts
  'no-trailing-whitespace', 'doctype-style', // how the source looks is nobody's business
  'form-dup-name', // several values of one name are what check boxes are for
  'no-redundant-role', 'prefer-native-element' // a table shown as cards loses its meaning without them
]
const validator = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document', 'html-validate:a11y'],
  rules: {
    ...Object.fromEntries(off.map((rule) => [rule, 'off'])),
    'valid-id': ['error', { relaxed: true }], // 1.2 is the number of a provision
    'aria-label-misuse': ['error', { allowAnyNamable: true }], // lists may have names
    'require-sri': ['error', { target: 'crossorigin' }], // of which there is none
    'heading-level': ['error', { minInitialRank: 'h2' }] // what a form is refused for stands before its title
  }
})

const folder = process.argv[2]
const faults = []
for (const name of readdirSync(folder).filter((name) => name.endsWith('.html')).sort()) {
  const report = await validator.validateString(readFileSync(join(folder, name), 'utf8'), name)
  for (const result of report.results) {
    for (const { ruleId, message, selector, line } of result.messages) faults.push({ page: name, rule: ruleId, message, at: selector ?? `line ${line}` })
  }
}
process.stdout.write(JSON.stringify(faults))
