/** The configuration of a small Cassandra node on a development machine: cassandra.yaml, logging and JVM options. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export type NodeSettings = {
  directory: string
  address: string
  nativePort: number
  storagePort: number
  /** The address that clients are told, if it is not the node's own. */
  announced?: string
  /** Password authentication and TLS on the client port, with this keystore; by default neither, on loopback. */
  secured?: { keystore: string; keystorePassword: string }
  /** Its place among other nodes; by default it is the only one. */
  ring?: RingSettings
  /** `periodic`: writes are acknowledged before they are in a file, which is synced every ten seconds. */
  commitlogSync?: 'batch' | 'periodic'
}

export type RingSettings = {
  tokens: bigint[]
  /** Addresses of the nodes that it contacts to learn about the others. */
  seeds: string[]
  /** Streams the data of its tokens before it serves. */
  joins: boolean
  /** On 127.0.0.1, independent of the node's own address. */
  jmxPort: number
}

/** The text of cassandra.yaml; JSON is YAML. */
export const cassandraYaml = (node: NodeSettings): string =>
  JSON.stringify(
    {
      cluster_name: 'dialogs',
      partitioner: 'org.apache.cassandra.dht.Murmur3Partitioner',
      ...tokenSettings(node.ring),
      data_file_directories: [join(node.directory, 'data')],
      commitlog_directory: join(node.directory, 'commitlog'),
      hints_directory: join(node.directory, 'hints'),
      saved_caches_directory: join(node.directory, 'saved_caches'),
      // One node may be the only replica: what it acknowledges must survive its own crash.
      commitlog_sync: node.commitlogSync ?? 'batch',
      ...(node.commitlogSync === 'periodic' && { commitlog_sync_period: '10s' }),
      ...TIMEOUTS,
      memtable_heap_space: '64MiB',
      memtable_offheap_space: '64MiB',
      key_cache_size: '8MiB',
      file_cache_size: '32MiB',
      commitlog_total_space: '256MiB',
      listen_address: node.address,
      rpc_address: node.address,
      ...(node.announced && { broadcast_rpc_address: node.announced }),
      native_transport_port: node.nativePort,
      storage_port: node.storagePort,
      endpoint_snitch: 'SimpleSnitch',
      seed_provider: [
        {
          class_name: 'org.apache.cassandra.locator.SimpleSeedProvider',
          parameters: [{ seeds: seedsOf(node).join() }],
        },
      ],
      auto_bootstrap: node.ring?.joins ?? false,
      ...(node.secured && {
        authenticator: { class_name: 'org.apache.cassandra.auth.PasswordAuthenticator' },
        client_encryption_options: {
          enabled: true,
          keystore: node.secured.keystore,
          keystore_password: node.secured.keystorePassword,
        },
      }),
    },
    null,
    2,
  )

/**
 * Below the 1.5 s after which the service gives a statement up, and counted from its arrival: a node must not work on
 * statements whose client no longer waits. By default a read may take five seconds, counted from when work on it begins.
 * `native_transport_timeout`, after which a request is refused for its time in the queue, must never elapse: the refusal
 * would go to another statement (docs/decisions/0032).
 */
const TIMEOUTS = {
  read_request_timeout: '1300ms',
  write_request_timeout: '1300ms',
  cas_contention_timeout: '1000ms',
  native_transport_timeout: '1h',
  cql_start_time: 'QUEUE',
}

const tokenSettings = (ring?: RingSettings) =>
  ring ? { num_tokens: ring.tokens.length, initial_token: ring.tokens.join() } : { num_tokens: 4 }

const seedsOf = ({ address, storagePort, ring }: NodeSettings) =>
  (ring?.seeds ?? [address]).map((seed) => `${seed}:${storagePort}`)

export const LOGBACK = `<configuration>
  <appender name="file" class="ch.qos.logback.core.FileAppender">
    <file>\${cassandra.logdir}/system.log</file>
    <append>true</append>
    <encoder><pattern>%-5level %date{ISO8601} %logger{0} %msg%n</pattern></encoder>
  </appender>
  <root level="INFO"><appender-ref ref="file"/></root>
</configuration>
`

/** The JVM's arguments, main class last. The opened modules are those of Cassandra's own start scripts for Java 11 and 17. */
export const jvmArguments = (node: NodeSettings, jars: string): string[] => [
  '-Xms512M',
  '-Xmx512M',
  '-XX:+UseSerialGC',
  '-Djdk.attach.allowAttachSelf=true',
  ...moduleArguments(),
  ...Object.entries({
    'cassandra.config': pathToFileURL(join(node.directory, 'cassandra.yaml')).href,
    'cassandra.storagedir': node.directory,
    'cassandra.logdir': node.directory,
    'logback.configurationFile': join(node.directory, 'logback.xml'),
    'cassandra-foreground': 'yes',
    'cassandra.superuser_setup_delay_ms': '0',
    'cassandra.ring_delay_ms': '3000',
    'cassandra.gossip_settle_min_wait_ms': '500',
    'cassandra.gossip_settle_interval_ms': '250',
    'cassandra.shutdown_announce_in_ms': '200',
    ...(node.ring && ringProperties(node.ring)),
  }).map(([name, value]) => `-D${name}=${value}`),
  '-cp',
  join(jars, '*'),
  'org.apache.cassandra.service.CassandraDaemon',
]

/** Allows to read what one node has stored, through the consistency level NODE_LOCAL. */
const ringProperties = ({ jmxPort }: RingSettings) => ({
  'cassandra.jmx.local.port': String(jmxPort),
  'cassandra.enable_nodelocal_queries': 'true',
})

/** The parts of Java's own modules that Cassandra and its tools need. */
export const moduleArguments = (): string[] => [
  ...EXPORTS.map((name) => `--add-exports=${name}=ALL-UNNAMED`),
  ...OPENS.map((name) => `--add-opens=${name}=ALL-UNNAMED`),
]

const EXPORTS = [
  ...['jdk.internal.misc', 'jdk.internal.ref', 'sun.nio.ch'].map((name) => `java.base/${name}`),
  'java.management.rmi/com.sun.jmx.remote.internal.rmi',
  'java.rmi/sun.rmi.registry',
  'java.rmi/sun.rmi.server',
  'java.sql/java.sql',
]

const OPENS = [
  ...['java.lang', 'java.lang.module', 'java.io', 'java.nio', 'java.util', 'java.util.concurrent'],
  ...['java.util.concurrent.atomic', 'java.math', 'jdk.internal.loader', 'jdk.internal.ref'],
  ...[
    'jdk.internal.reflect',
    'jdk.internal.math',
    'jdk.internal.module',
    'jdk.internal.util.jar',
    'sun.nio.ch',
  ],
]
  .map((name) => `java.base/${name}`)
  .concat('jdk.management/com.sun.management.internal')
