#!/bin/sh
# Keys, a certificate, encryption, a signature, and TLS between s_server and s_client on loopback.
# needs: openssl
set -eu
# sh waits by rt_sigsuspend, but only for what still runs: here something surely does.
sleep 0.1 &
wait $!
openssl genrsa -out key.pem 2048 2>/dev/null
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl req -x509 -new -key key.pem -subj /CN=localhost -days 1 -out cert.pem
seq 1 1000 >plain
openssl enc -aes-256-cbc -pbkdf2 -pass pass:x -in plain -out cipher
openssl enc -d -aes-256-cbc -pbkdf2 -pass pass:x -in cipher | cmp - plain
openssl dgst -sha256 plain
openssl dgst -sha256 -sign ec.pem -out signature plain
openssl ec -in ec.pem -pubout -out public.pem 2>/dev/null
openssl dgst -sha256 -verify public.pem -signature signature plain
openssl rand -hex 8 | wc -c
: >server.log
# -naccept 1: the server ends by itself after one connection.
openssl s_server -accept "127.0.0.1:$PORT" -key key.pem -cert cert.pem -naccept 1 -www >server.log 2>&1 &
server=$!
tries=0
until grep -q ACCEPT server.log; do
	sleep 0.05
	tries=$((tries + 1))
	[ $tries -lt 200 ]
done
printf 'GET / HTTP/1.0\r\n\r\n' | openssl s_client -connect "127.0.0.1:$PORT" -CAfile cert.pem -quiet \
	-verify_return_error -ign_eof 2>/dev/null | grep -c 'HTTP/1.0 200'
wait "$server"
