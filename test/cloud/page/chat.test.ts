import { describe, expect, test } from '@jest/globals'
import { is_live, opens, type Someone, someone, texts, writes } from '../../world/page-served.ts'
import { alice, before_all_two_people_chat, bob, browser, served } from '../../world/two-people-chatting.ts'
import { until_it_holds } from '../../world/until.ts'

describe('two people who chat', () => {
  before_all_two_people_chat()

  const shows = (who: Someone, expected: string[]) =>
    until_it_holds(async () => JSON.stringify(await texts(who)) === JSON.stringify(expected))

  test('begin with a user id, and see what the other writes, types and has read', async () => {
    await alice.page.getByLabel('User id to write to').fill(bob.id)
    await alice.page.getByRole('button', { name: 'Open' }).click()
    await writes(alice, 'Hello, Bob!')
    await shows(alice, ['Hello, Bob!'])
    const row = bob.page.getByRole('link', { name: /Alice.*Hello, Bob!.*1 unread/ })
    await row.click()
    await shows(bob, ['Hello, Bob!'])
    await alice.page.getByText('· Read').waitFor()
    await bob.page.getByRole('link', { name: /^(?!.*unread).*Alice/ }).waitFor()
    await bob.page.getByLabel('Message to Alice').pressSequentially('Hi')
    await alice.page.getByText('Bob is typing').waitFor()
    await bob.page.keyboard.press('Enter')
    await shows(alice, ['Hello, Bob!', 'Hi'])
    await alice.page.getByText('Bob is typing').waitFor({ state: 'detached' })
    await alice.page.getByRole('log', { name: 'New messages' }).getByText('Bob: Hi').waitFor()
  })

  test('are shown markup as the text that it is', async () => {
    const markup = '<img src=x onerror="document.title=1"><b>bold</b>'
    await writes(bob, markup)
    await until_it_holds(async () => (await texts(alice)).includes(markup))
    expect(await alice.page.locator('.messages img, .messages b').count()).toBe(0)
  })

  test('are shown a name that is markup as the text that it is, wherever it stands', async () => {
    const name = '<img src=x onerror=document.title=1>'
    const mallory = await someone(browser, served.url, name)
    await opens(mallory, alice.id)
    await mallory.page.locator('.me strong').getByText(name, { exact: true }).waitFor()
    const { page } = alice
    await writes(mallory, 'before the name is known')
    await page.locator('nav .name').getByText(name, { exact: true }).waitFor()
    await writes(mallory, 'Hello')
    await page.getByRole('log').getByText(`${name}: Hello`, { exact: true }).waitFor()
    await opens(alice, mallory.id)
    await page.locator('.pane h2').getByText(name, { exact: true }).waitFor()
    await page.getByLabel(`Message to ${name}`, { exact: true }).waitFor()
    // Not every key is told.
    await until_it_holds(async () => {
      await mallory.page.getByLabel(/^Message to/).press('x')
      return page.getByText(`${name} is typing`).isVisible()
    })
    for (const tab of [page, mallory.page]) {
      expect(await tab.locator('img').count()).toBe(0)
      expect(await tab.title()).toMatch(/Dialogs$/)
    }
    expect(mallory.complaints).toEqual([])
    await mallory.context.close()
    await opens(alice, bob.id)
  })

  test('miss nothing while an instance is killed, and what they write meanwhile arrives once', async () => {
    await served.kill()
    await alice.page.locator('.side .line.offline, .side .line.connecting').waitFor()
    await writes(alice, 'while it was down')
    await alice.page.getByText('while it was down').waitFor()
    await served.restart()
    await Promise.all([is_live(alice), is_live(bob)])
    await until_it_holds(async () => (await texts(bob)).at(-1) === 'while it was down')
    await writes(bob, 'and back')
    await until_it_holds(async () => (await texts(alice)).at(-1) === 'and back')
    expect(await texts(alice)).toEqual(await texts(bob))
    expect((await texts(alice)).filter((text) => text === 'while it was down')).toHaveLength(1)
  })

  test('catch up with what was written while one of them was offline', async () => {
    await bob.context.setOffline(true)
    await bob.page
      .getByText(/^Offline since/)
      .first()
      .waitFor()
    for (const text of ['one', 'two', 'three']) {
      await writes(alice, text)
      await until_it_holds(async () => (await texts(alice)).at(-1) === text)
    }
    await writes(bob, 'from far away')
    await bob.page.getByText(/^Not sent: no connection/).waitFor()
    await bob.context.setOffline(false)
    await is_live(bob)
    await until_it_holds(async () => (await texts(bob)).slice(-4).join() === 'one,two,three,from far away')
    await until_it_holds(async () => (await texts(alice)).at(-1) === 'from far away')
  })

  test('on a slow line see that a message is being sent, and it is stored once', async () => {
    served.delay(1_000)
    const began = performance.now()
    await writes(alice, 'slowly')
    await alice.page.getByText('Sending …').waitFor()
    await until_it_holds(async () => (await texts(bob)).at(-1) === 'slowly')
    await alice.page.getByText('Sending …').waitFor({ state: 'detached' })
    expect((await texts(alice)).filter((text) => text === 'slowly')).toHaveLength(1)
    expect(performance.now() - began).toBeGreaterThan(2_000)
    served.delay(0)
  })

  test('lose no unsent message by a reload, and send it once', async () => {
    await opens(alice, bob.id)
    // The request never leaves, or its reply never arrives: the page cannot know which.
    let sends = 0
    await alice.page.route('**/send', async (route) => {
      sends += 1
      if (sends % 2 === 0) await route.fetch().catch(() => undefined)
      await route.abort()
    })
    await writes(alice, 'before the reload')
    await until_it_holds(async () => sends >= 2)
    await alice.page.reload()
    await until_it_holds(async () => (await texts(alice)).includes('before the reload'))
    await alice.page.unroute('**/send')
    await until_it_holds(async () => (await alice.page.getByText(/Sending|Not sent/).count()) === 0)
    await until_it_holds(async () => (await texts(bob)).includes('before the reload'))
    expect((await texts(alice)).filter((text) => text === 'before the reload')).toHaveLength(1)
    expect((await texts(bob)).filter((text) => text === 'before the reload')).toHaveLength(1)
  })

  test('never make the browser complain', () => {
    expect([alice.complaints, bob.complaints]).toEqual([[], []])
  })
})
