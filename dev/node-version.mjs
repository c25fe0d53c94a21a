// Says in plain words that Node is too old, before a .ts file fails to load. Plain JavaScript, so that any Node runs it.
const needed = [24, 7]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`error: Node ${needed.join('.')} or newer is needed, this is ${process.version}`)
  process.exit(1)
}
