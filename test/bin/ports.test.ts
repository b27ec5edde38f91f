import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, requireFreePorts } from '../../bin/embedded/ports.ts'

test('a taken port is named with its variable', async () => {
  const port = await freePort()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  await expect(requireFreePorts({ port, variable: 'TEMPORAL_PORT' })).rejects.toThrow(
    `Port ${port} is taken; set TEMPORAL_PORT to another or stop what uses it.`,
  )
})

test('one port wanted twice is refused, naming both variables', async () => {
  const port = await freePort()
  const twice = requireFreePorts({ port, variable: 'PORT' }, { port, variable: 'POSTGRES_PORT' })
  await expect(twice).rejects.toThrow(`PORT and POSTGRES_PORT are both ${port}`)
})

test('an address of another machine is named', async () => {
  const elsewhere = requireFreePorts({ port: 4321, variable: 'PORT', host: '192.0.2.1' })
  await expect(elsewhere).rejects.toThrow('HOST 192.0.2.1 is no address of this machine')
})

test('port 0 is always free', async () => {
  await requireFreePorts({ port: 0, variable: 'PORT' }, { port: 0, variable: 'PORT' })
})
