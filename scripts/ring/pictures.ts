/** What the figures look like: one picture a question. */
import { picture } from '../picture.ts'
import type { Figures } from './measure.ts'
import { busiestNode } from './picture-balance.ts'
import { largest, pages } from './picture-bars.ts'
import { coverage } from './picture-coverage.ts'
import { lanes } from './picture-lanes.ts'
import { spokes } from './picture-spokes.ts'

/** File names below docs, and what is in them. */
export const pictures = (figures: Figures, seed: bigint): Record<string, string> => ({
  'ring/busiest-node.svg': picture('the busiest node beside the average one', busiestNode(figures)),
  'ring/torrent.svg': picture(
    'writes of each of 60 nodes while one dialog has half of all',
    spokes(figures.spokes),
  ),
  'ring/largest-partition.svg': picture('rows of the largest partition', largest(figures)),
  'ring/page.svg': picture('partitions read for a page of 50', pages(figures)),
  'ring/lanes.svg': picture('lanes of dialogs that become torrents', lanes(seed)),
  'adaptive-buckets/coverage.svg': picture('time buckets and the stamps that each can hold', coverage()),
})
