/** How long this process was at work: unlike the time that passes, other processes do not lengthen it. */

/** In microseconds, from here until the returned function is called. */
export const busy_from_now = () => {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
}
