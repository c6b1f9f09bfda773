// Builds the assets in ../static from the sources in this folder: npm ci && npm run build
import { mkdirSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import * as sass from 'sass'
import * as esbuild from 'esbuild'
import rtlcss from 'rtlcss'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))
const built = (name) => here(`../static/${name}`)

mkdirSync(here('../static'), { recursive: true })

const style = sass.compile(here('app.scss'), {
  loadPaths: [here('node_modules')],
  quietDeps: true, charset: false,
  logger: { warn: (message, { deprecation }) => { if (!deprecation) throw new Error(message) } }
})
const minified = async (css) => (await esbuild.transform(css, { loader: 'css', minify: true, legalComments: 'none' })).code
const code = await minified(style.css)
if (/crown|crest|GDS Transport|@font-face|url\(/i.test(code)) throw new Error('the style refers to a crown, a crest, a font or an image')

// Both files contain parts of GOV.UK Frontend, whose licence asks that its notice goes with them.
copyFileSync(here('govuk-frontend.txt'), built('govuk-frontend.txt'))
const notice = '/* Contains parts of GOV.UK Frontend (MIT licence, govuk-frontend.txt). */'
writeFileSync(built('app.css'), `${notice}\n${code}`)
// For languages written from right to left: the same style, seen in a mirror.
writeFileSync(built('app.rtl.css'), `${notice}\n${await minified(rtlcss.process(style.css))}`)

await esbuild.build({
  entryPoints: [here('app.js')], outfile: built('app.js'),
  banner: { js: notice }, bundle: true, minify: true, format: 'esm', target: 'es2020', legalComments: 'none'
})
copyFileSync(here('icon.svg'), built('icon.svg'))

for (const name of ['app.css', 'app.rtl.css', 'app.js', 'icon.svg']) {
  const content = readFileSync(built(name))
  console.log(`${name}: ${content.length} bytes, ${gzipSync(content, { level: 9 }).length} compressed`)
}
