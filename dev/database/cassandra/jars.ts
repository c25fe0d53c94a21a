/** Downloads Apache Cassandra's published jars once per machine, into a cache that all clones share. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { madeOnce } from '../../once.ts'
import { finish } from '../../process.ts'
import { progress, type Say } from '../../progress.ts'

export const CASSANDRA_VERSION = '5.0.8'

/**
 * The directory with the jars, downloaded by Maven on first use (about 67 MB).
 * @throws Error with the output of Maven when the download fails
 */
export const cassandraJars = (env: NodeJS.ProcessEnv, say: Say): Promise<string> =>
  madeOnce(env, `cassandra-${CASSANDRA_VERSION}`, async (work, place) => {
    const what = `downloading Apache Cassandra ${CASSANDRA_VERSION} (67 MB, once) to ${place}`
    await progress(say, what, download(work))
    return join(work, 'lib')
  })

const download = async (work: string) => {
  await writeFile(join(work, 'pom.xml'), POM)
  const goal = ['-B', '-q', 'dependency:copy-dependencies', `-DoutputDirectory=${work}/lib`]
  await finish('mvn', goal, { cwd: work })
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>cassandra</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.cassandra</groupId><artifactId>cassandra-all</artifactId>
      <version>${CASSANDRA_VERSION}</version>
    </dependency>
  </dependencies>
</project>
`
