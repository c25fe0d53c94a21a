import { describe, expect, test } from '@jest/globals'
import { byPerson } from './by-person.ts'

const setting = () => {
  const people = byPerson()
  const dismissed: string[] = []
  const opens = (person: string, name: string) =>
    people.add(person, { dismiss: (code) => void dismissed.push(`${name} ${code}`) })
  return { opens, dismissed }
}

describe('the connections of a person at a process', () => {
  test('are twenty at most: the oldest makes room', () => {
    const { opens, dismissed } = setting()
    for (let count = 0; count < 20; count += 1) opens('alice', `${count}`)
    opens('bob', 'of another person')
    expect(dismissed).toEqual([])
    opens('alice', 'one more')
    opens('alice', 'and one more')
    expect(dismissed).toEqual(['0 4408', '1 4408'])
  })

  test('do not count once they have ended', () => {
    const { opens, dismissed } = setting()
    const ends = Array.from({ length: 20 }, (_, count) => opens('alice', `${count}`))
    ends[3]?.()
    opens('alice', 'in its place')
    expect(dismissed).toEqual([])
    opens('alice', 'one more')
    expect(dismissed).toEqual(['0 4408'])
    for (const end of ends) end()
    ends[0]?.()
  })
})
