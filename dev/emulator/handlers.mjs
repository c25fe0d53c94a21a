// What serverless-offline loads instead of the bundles: it finds the handler `handlers.handlers.<function>` here.
export { handlers } from './functions.ts'
