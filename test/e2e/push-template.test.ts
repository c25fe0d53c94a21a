import { beforeAll, describe, expect, test } from '@jest/globals'
import { operationsWith, SOCKET } from '../../bin/operations.ts'
import { the_archives } from '../world/archives.ts'

type Properties = Record<string, unknown>
type Statement = { Effect: string; Action: string[]; Resource?: unknown; NotResource?: unknown }

describe('where new messages are pushed, the template', () => {
  let pushing: Awaited<ReturnType<typeof the_archives>>

  beforeAll(async () => {
    pushing = await the_archives({ ...process.env, PUSH: 'on' })
    await pushing.remove()
  })

  const resources = (type: string) =>
    Object.values(pushing.template.Resources)
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => Properties as unknown as Properties)

  test('has a WebSocket API, whose frames are answered, and which leaves half of the requests to others', () => {
    const routes = resources('AWS::ApiGatewayV2::Route').filter(({ RouteKey }) =>
      /^\$/.test(String(RouteKey)),
    )
    expect(routes).toEqual([
      expect.objectContaining({ RouteKey: '$connect' }),
      expect.objectContaining({ RouteKey: '$default', RouteResponseSelectionExpression: '$default' }),
      expect.objectContaining({ RouteKey: '$disconnect' }),
    ])
    expect(resources('AWS::ApiGatewayV2::RouteResponse')).toHaveLength(1)
    expect(resources('AWS::ApiGatewayV2::Stage')).toContainEqual(
      expect.objectContaining({
        StageName: 'dev',
        DefaultRouteSettings: { ThrottlingRateLimit: 5_000, ThrottlingBurstLimit: 2_500 },
      }),
    )
  })

  test('tells every function where connections are reached, and which page may connect', () => {
    expect(pushing.archives).toHaveLength(operationsWith({}).length + Object.keys(SOCKET).length)
    const host = [{ Ref: 'WebsocketsApi' }, '.execute-api.', { Ref: 'AWS::Region' }, '.']
    const endpoint = ['https://', ...host, { Ref: 'AWS::URLSuffix' }, '/dev']
    for (const { environment } of pushing.archives)
      expect(environment).toMatchObject({
        PUSH: 'on',
        PUSH_ENDPOINT: { 'Fn::Join': ['', endpoint] },
        CORS_ORIGINS: { 'Fn::GetAtt': ['HttpApi', 'ApiEndpoint'] },
      })
  })

  test('denies them the connections of any other API, which the framework allows', () => {
    const [role] = resources('AWS::IAM::Role') as [
      { Policies: [{ PolicyDocument: { Statement: Statement[] } }] },
    ]
    const [{ PolicyDocument }] = role.Policies
    const Action = ['execute-api:ManageConnections']
    const [refused, ...others] = PolicyDocument.Statement.filter((one) => one.Action.includes(String(Action)))
    expect(others).toEqual([expect.objectContaining({ Effect: 'Allow', Action })])
    expect(refused).toMatchObject({ Effect: 'Deny', Action })
    const scope = ['AWS::Partition', 'execute-api', 'AWS::Region', 'AWS::AccountId', 'WebsocketsApi/dev']
    expect(JSON.stringify(refused?.NotResource).replaceAll(/\$\{([\w:]+)\}/g, '$1')).toBe(
      JSON.stringify(
        ['POST', 'DELETE'].map((method) => ({
          'Fn::Sub': `arn:${scope.join(':')}/${method}/@connections/*`,
        })),
      ),
    )
  })
})
