/** A dashboard as Grafana imports it. This file alone knows Grafana's builders. */
import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import type { Dashboard, Panel, Unit } from './dashboard.ts'
import { JOB } from './promql.ts'

/** Chosen above the panels. */
const SOURCE = { type: 'prometheus', uid: '$datasource' }

/** As Grafana names them. */
const UNITS: Record<Unit, string> = {
  'requests a second': 'reqps',
  'a second': 'cps',
  share: 'percentunit',
  seconds: 's',
  bytes: 'bytes',
  count: 'short',
}

/** Queries of a panel are called by letters. */
const LETTERS = 'ABCDEFGH'
/** Of 24 columns. */
const SPAN = 12
const HEIGHT = 8

export const grafanaText = ({ name, title, panels }: Dashboard): string => {
  const dashboard = new DashboardBuilder(`Dialogs: ${title}`)
    .uid(`dialogs-${name}`)
    .tags(['dialogs'])
    .editable()
    .timezone('browser')
    .time({ from: 'now-1h', to: 'now' })
    .refresh('30s')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
    .withVariable(instances())
  for (const panel of panels) dashboard.withPanel(panelOf(panel))
  return `${JSON.stringify(dashboard.build(), null, 2)}\n`
}

const instances = () =>
  new QueryVariableBuilder('instance')
    .datasource(SOURCE)
    .query(`label_values(up{job="${JOB}"}, instance)`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*')

const panelOf = ({ title, answer, unit, queries, limit }: Panel) => {
  const panel = new PanelBuilder()
    .title(title)
    .description(answer)
    .datasource(SOURCE)
    .unit(UNITS[unit])
    .span(SPAN)
    .height(HEIGHT)
    .legend(new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.List))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
  for (const [index, { expression, legend }] of queries.entries())
    panel.withTarget(
      new DataqueryBuilder().refId(LETTERS.charAt(index)).expr(expression).legendFormat(legend),
    )
  return limit === undefined ? panel : withLimit(panel, limit)
}

const withLimit = (panel: PanelBuilder, limit: number) =>
  panel
    .thresholds(
      new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([
        { value: null, color: 'transparent' },
        { value: limit, color: 'red' },
      ]),
    )
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed))
