/** What the figures look like: one picture a question. */
import { picture } from '../kit/picture.ts'
import type { Figures } from './measure.ts'
import { busiestNode } from './picture-balance.ts'
import { largest, pages } from './picture-bars.ts'
import { coverage } from './picture-coverage.ts'
import { lanes } from './picture-lanes.ts'
import { spokes } from './picture-spokes.ts'

/** File names, and what is in them. */
export const pictures = (figures: Figures, seed: bigint): Record<string, string> => ({
  'busiest-node.svg': picture('the busiest node beside the average one', busiestNode(figures)),
  'torrent.svg': picture(
    'writes of each of 60 nodes while one dialog has half of all',
    spokes(figures.spokes),
  ),
  'largest-partition.svg': picture('rows of the largest partition', largest(figures)),
  'page.svg': picture('partitions read for a page of 50', pages(figures)),
  'lanes.svg': picture('lanes of dialogs that become torrents', lanes(seed)),
  'coverage.svg': picture('time buckets and the stamps that each can hold', coverage()),
})
