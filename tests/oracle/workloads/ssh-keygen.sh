#!/bin/sh
# Keys, a certificate and a signature with OpenSSH's ssh-keygen.
# needs: ssh-keygen
set -eu
ssh-keygen -q -t ed25519 -N '' -C comment -f ca
ssh-keygen -q -t rsa -b 1024 -N secret -C comment -f user
ssh-keygen -q -s ca -I id -n name user.pub
ssh-keygen -L -f user-cert.pub | grep -c 'Type: ssh-rsa'
ssh-keygen -y -P secret -f user | cut -d ' ' -f 1
ssh-keygen -q -p -P secret -N other -f user
echo message >message
ssh-keygen -q -Y sign -f ca -n file message 2>/dev/null
ssh-keygen -Y check-novalidate -n file -s message.sig <message | cut -d ' ' -f 1
