/** The template that is deployed, as far as the emulated account's CloudFormation can follow it. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

type Resource = { Type: string; Properties: Record<string, unknown> }

/** It refuses a template with these. Its gateway serves a stage, and answers frames, without them. */
const UNKNOWN = new Set(['AWS::ApiGatewayV2::Deployment', 'AWS::ApiGatewayV2::RouteResponse'])

/**
 * @param directory with what the framework has packaged
 * @param id of the WebSocket API: chosen in advance, since its address here is not the one that the template makes of it
 */
export const adapt_to_the_cloud = async (directory: string, id: string): Promise<void> => {
  const file = join(directory, 'serverless-state.json')
  const state = JSON.parse(await readFile(file, 'utf8'))
  const template: { Resources: Record<string, Resource> } =
    state.service.provider.compiledCloudFormationTemplate
  const all = Object.entries(template.Resources)
  template.Resources = Object.fromEntries(all.filter(([, { Type }]) => !UNKNOWN.has(Type)))
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type === 'AWS::ApiGatewayV2::Stage') delete Properties['DeploymentId']
    if (Properties?.['ProtocolType'] === 'WEBSOCKET') Properties['Tags'] = { 'ms-custom-id': id }
  }
  await writeFile(file, JSON.stringify(state))
}
