/**
 * `npm run page`: writes page/page.json, the page as it is served; with `--check`, fails when it differs from its sources.
 * With `--screenshots`, also takes the pictures in README.
 */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { minify } from '@swc/core'
import { build } from 'esbuild'
import { fail } from '../bin/fail.ts'
import { takePictures } from './page-pictures.ts'

const PAGE = join(import.meta.dirname, '../page')
const FILE = join(PAGE, 'page.json')
const MOST_BYTES = 60_000

const bundle = async (name: string): Promise<string> => {
  const { outputFiles } = await build({
    entryPoints: [join(PAGE, name)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['chrome123', 'firefox121', 'safari17.5'],
    charset: 'utf8',
    legalComments: 'none',
    // Elements as arguments of a function, which is a kilobyte less than what React's newer transform makes of them.
    jsx: 'transform',
    jsxFactory: 'h',
    jsxFragment: 'Fragment',
    inject: [join(PAGE, 'jsx.ts')],
    tsconfigRaw: {},
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  return String(outputFiles[0]?.text).trim()
}

/** Another kilobyte less than esbuild leaves. */
const smallest = async (script: string): Promise<string> => {
  const { code } = await minify(script, {
    module: true,
    compress: { passes: 3, ecma: 2022 },
    mangle: true,
    format: { comments: false, ecma: 2022 },
  })
  return code
}

/** It ends up between tags. */
const inTags = (text: string) => text.replaceAll('</', '<\\/')

/** As a Content-Security-Policy names it. */
const hashOf = (text: string) => `sha256-${createHash('sha256').update(text).digest('base64')}`

const script = inTags(await smallest(await bundle('main.tsx')))
const style = inTags(await bundle('style/main.css'))
const html = readFileSync(join(PAGE, 'index.html'), 'utf8')
  .replaceAll('\n', '')
  .replace('<style></style>', () => `<style>${style}</style>`)
  .replace('<script type="module"></script>', () => `<script type="module">${script}</script>`)
const page = { html, script_hash: hashOf(script), style_hash: hashOf(style) }
const text = `${JSON.stringify(page, null, 2)}\n`

const bytes = Buffer.byteLength(html)
if (bytes > MOST_BYTES) fail(new Error(`the page has ${bytes} bytes: more than ${MOST_BYTES}`))
if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text)
  console.log(`${bytes} bytes`)
} else if (readFileSync(FILE, 'utf8') !== text)
  fail(new Error('page/page.json differs from its sources: npm run page'))

if (process.argv.includes('--screenshots')) await takePictures().catch(fail)
