import { openImportWorld } from './import-world.ts'

/** A node of `openImportWorld` in a process of its own: `node import-server.ts FOLDER PORT`. Prints its address. */
const [folder, port] = process.argv.slice(2)
const world = await openImportWorld(folder, Number(port))
console.log(world.url)
