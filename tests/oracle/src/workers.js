// Worker threads, files, a child process and a loopback server, each a fixed number of times.
'use strict';
const { Worker, isMainThread, parentPort, workerData } = require('worker_threads');
const { execFile } = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const http = require('http');

if (!isMainThread) {
	let sum = 0;
	for (let i = 0; i < 2e6; i++)
		sum += i % workerData;
	fs.writeFileSync(`worker.${workerData}`, String(sum));
	parentPort.postMessage(sum);
	return;
}

const worker = (n) => new Promise((resolve, reject) => {
	const w = new Worker(__filename, { workerData: n });
	let sum;
	w.on('message', (m) => { sum = m; });
	w.on('error', reject);
	w.on('exit', () => resolve(sum));
});
const run = (...args) => new Promise((resolve, reject) =>
	execFile(args[0], args.slice(1), (e, out) => e ? reject(e) : resolve(out.trim())));
const get = (url) => new Promise((resolve, reject) =>
	http.get(url, { agent: false }, (r) => {
		let n = 0;
		r.on('data', (d) => { n += d.length; });
		r.on('end', () => resolve(n));
	}).on('error', reject));

async function main() {
	console.log(await Promise.all([2, 3, 5].map(worker)));
	console.log((await Promise.all([2, 3, 5].map((n) => fs.promises.readFile(`worker.${n}`, 'utf8')))).join());
	console.log(await run('echo', 'from a child'));
	const server = http.createServer((q, r) => r.end('x'.repeat(10000)));
	await new Promise((resolve) => server.listen(Number(process.env.PORT), '127.0.0.1', resolve));
	for (let i = 0; i < 5; i++)
		console.log(await get(`http://127.0.0.1:${process.env.PORT}/`));
	await new Promise((resolve) => server.close(resolve));
	console.log(crypto.pbkdf2Sync('a', 'b', 1000, 16, 'sha256').toString('hex'));
}
main();
