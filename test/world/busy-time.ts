/** The processor time of this process: unlike elapsed time, it does not depend on other processes. */

/** In microseconds, from here until the returned function is called. */
export const busy_from_now = () => {
  const before = process.cpuUsage()
  return () => {
    const { user, system } = process.cpuUsage(before)
    return user + system
  }
}
