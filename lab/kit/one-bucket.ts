/** Rules under which nothing is ever full: a dialog keeps its one partition, as if the key were (dialog). */
export const ONE_BUCKET = { BUCKET_ROWS: '1000000', BUCKET_BYTES: String(2 ** 26) }
