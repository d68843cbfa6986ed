#!/bin/sh
# Keys, signatures and encryption with openssl.
set -eu
seq 1 100 >plain
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl ec -in key.pem -pubout -out public.pem 2>/dev/null
openssl dgst -sha256 -sign key.pem -out signature plain
openssl dgst -sha256 -verify public.pem -signature signature plain
openssl enc -aes-256-cbc -pbkdf2 -iter 10 -pass pass:x -in plain -out cipher
openssl enc -d -aes-256-cbc -pbkdf2 -iter 10 -pass pass:x -in cipher | cmp - plain
openssl dgst -sha256 plain
rm signature key.pem
