/** Plots as a standalone SVG that is readable on light and dark pages. */
import { type PlotOptions, plot } from '@observablehq/plot'
import { parseHTML } from 'linkedom'

/** Pixels: what fits a page of a repository. */
export const WIDTH = 960

/** Mid tones, to be told apart on white and on black. */
export const TONES = {
  blue: '#4c8dd6',
  green: '#14a085',
  orange: '#dd8a1c',
  purple: '#a371f7',
  red: '#e5534b',
  grey: '#8b949e',
}

/** The page's own scheme reaches pictures, too, where they are shown as images. */
const SCHEMES = `svg { color: #1f2328; background: #ffffff; --plot-background: #ffffff }
@media (prefers-color-scheme: dark) { svg { color: #d1d7e0; background: #0d1117; --plot-background: #0d1117 } }`
/** Without a browser nothing measures text, so sizes are given and no clip needs an id. */
const FONT = { fontFamily: 'system-ui, sans-serif', fontSize: '12px' }

/** @param panels one below the other, each as high as it says */
export const picture = (title: string, ...panels: PlotOptions[]): string => {
  const { document } = parseHTML('<html><body></body></html>')
  const drawn = panels.map((options) => plot({ ...options, document, className: 'plot', style: FONT }))
  const svg = drawn.length === 1 ? (drawn[0] as Drawn) : stacked(drawn, document)
  svg.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', title)
  const style = document.createElement('style')
  style.textContent = SCHEMES
  svg.append(style)
  return `${svg.outerHTML}\n`
}

type Drawn = ReturnType<typeof plot>

const stacked = (panels: Drawn[], document: ReturnType<typeof parseHTML>['document']): Drawn => {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  let height = 0
  for (const panel of panels) {
    panel.setAttribute('y', String(height))
    height += Number(panel.getAttribute('height'))
    svg.append(panel)
  }
  svg.setAttribute('width', String(WIDTH))
  svg.setAttribute('height', String(height))
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${height}`)
  return svg
}
