/** The end of a cluster: all processes, all data, in whatever state they are. */
import { rm } from 'node:fs/promises'
import { endOn } from './fault.ts'
import { foldersIn } from './members.ts'
import { folderOf, type Place } from './place.ts'
import { inTurn } from './turn.ts'

/** Resolves to how many nodes there were. Interrupted, it can be asked again. */
export const down = (place: Place): Promise<number> => inTurn(place, 'down', () => clearAway(place))

/** As `down`, whoever is at work on the cluster: for the end of a process that is at it itself. */
export const clearAway = async (place: Place): Promise<number> => {
  const nodes = await foldersIn(place)
  await Promise.all(nodes.map((node) => endOn(folderOf(place, node))))
  await rm(place.directory, { recursive: true, force: true })
  return nodes.length
}
