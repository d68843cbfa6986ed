// Answers /N with the number of lines and words of data/N.txt as JSON; see node.py.
"use strict";
const fs = require("fs");
const http = require("http");
const path = require("path");

const server = http.createServer((request, response) => {
	const name = path.basename(request.url) + ".txt";
	fs.readFile(path.join("data", name), "utf8", (error, text) => {
		if (error) {
			response.writeHead(404).end();
			return;
		}
		const answer = {
			name,
			lines: text.split("\n").length,
			words: text.split(/\s+/).length,
		};
		response.writeHead(200, { "Content-Type": "application/json" });
		response.end(JSON.stringify(answer));
	});
});

process.on("SIGTERM", () => process.exit(0));
server.listen(Number(process.argv[2]), "127.0.0.1");
