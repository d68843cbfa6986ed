// Serves the files of htdocs, each read anew for each request.
package main

import (
	"log"
	"net/http"
	"os"
	"path/filepath"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join("htdocs", filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		w.Write(text)
	})
	log.Fatal(http.ListenAndServe(os.Args[1], nil))
}
