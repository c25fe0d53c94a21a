// Says that Node is too old before a .ts file fails to load. Plain JavaScript, which every version of Node runs.
const needed = [24, 7]
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  console.error(`error: Node ${needed.join('.')} or newer is needed, this is ${process.version}`)
  process.exit(1)
}
