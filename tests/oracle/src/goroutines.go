// Goroutines, channels, files, a child process, a loopback server and timers.
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func sum(n int, out chan<- int, done *sync.WaitGroup) {
	defer done.Done()
	total := 0
	for i := 0; i < 200000; i++ {
		total += i % (n + 1)
		if i%1000 == 0 {
			runtime.Gosched()
		}
	}
	out <- total
}

func serve() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(conn, conn)
				_ = conn.Close()
			}()
		}
	}()
	for i := 0; i < 20; i++ {
		conn, err := net.Dial("tcp", listener.Addr().String())
		must(err)
		_, err = conn.Write([]byte("ping"))
		must(err)
		buf := make([]byte, 4)
		_, err = io.ReadFull(conn, buf)
		must(err)
		must(conn.Close())
	}
	must(listener.Close())
}

func main() {
	out := make(chan int, 50)
	var done sync.WaitGroup
	for i := 0; i < 50; i++ {
		done.Add(1)
		go sum(i, out, &done)
	}
	done.Wait()
	close(out)
	total := 0
	for n := range out {
		total += n
	}
	fmt.Println("sum", total)
	must(os.WriteFile("file", []byte("text\n"), 0o600))
	text, err := os.ReadFile("file")
	must(err)
	fmt.Print(string(text))
	entries, err := os.ReadDir(".")
	must(err)
	fmt.Println(len(entries) > 0)
	text, err = exec.Command("/bin/echo", "child").Output()
	must(err)
	fmt.Print(string(text))
	serve()
	for i := 0; i < 5; i++ {
		<-time.After(5 * time.Millisecond)
		runtime.GC()
	}
	fmt.Println("done")
}
