/** One plot as a standalone SVG that is readable on light and dark pages. */
import { type PlotOptions, plot } from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** The page's own scheme reaches pictures, too, where they are shown as images. */
const SCHEMES = `svg { color: #1f2328; background: #ffffff; --plot-background: #ffffff }
@media (prefers-color-scheme: dark) { svg { color: #d1d7e0; background: #0d1117; --plot-background: #0d1117 } }`
/** Without a browser nothing measures text, so sizes are given and no clip needs an id. */
const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: '12px' }

export const picture = (title: string, options: PlotOptions): string => {
  const { document } = parseHTML('<html><body></body></html>')
  const svg = plot({ ...options, document, className: 'plot', style: FONT })
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', title)
  const style = document.createElement('style')
  style.textContent = SCHEMES
  svg.append(style)
  return `${svg.outerHTML}\n`
}
