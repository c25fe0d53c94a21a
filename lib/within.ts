/** A limit for work that may never end. */

/** Undefined when it takes longer: it may go on, but nobody waits for it. */
export const within = <T>(ms: number, work: Promise<T>): Promise<T | undefined> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
