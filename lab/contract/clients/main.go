// Holds requests and replies of a running service against openapi.json, as kin-openapi reads it:
// TOKEN=... go run . <document> <url>
package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

type trial struct {
	method, path, body string
	isValid            bool
	status             int
}

var trials = []trial{
	{"POST", "/dialog/bob/send", `{"text":"Hello, Bob!"}`, true, 200},
	{"POST", "/dialog/bob/send", `{"text":" \t\u3000"}`, false, 400},
	{"GET", "/dialog/bob/list?limit=5", "", true, 200},
	{"GET", "/dialog/.bob/list", "", true, 200},
	{"GET", "/dialog/bob/list?limit=500", "", false, 400},
	{"GET", "/dialog/bob/list?before=yesterday", "", false, 400},
	{"POST", "/user/register", `{"password":"correct horse","birthdate":"2000-02-29"}`, true, 200},
	{"POST", "/user/register", `{"first_name":"Alice"}`, false, 400},
	{"POST", "/user/register", `{"password":"short"}`, true, 400},
	{"POST", "/user/register", `{"password":"correct horse","birthdate":"tomorrow"}`, false, 400},
	{"GET", "/user/get/nobody", "", true, 404},
	{"POST", "/login", `{"id":"nobody","password":"correct horse"}`, true, 404},
	{"POST", "/login", `{"id":"nobody","password":7}`, false, 400},
	{"POST", "/refresh", `{"refresh_token":"mine"}`, true, 401},
	{"PUT", "/password", `{"password":"correct horse","new_password":"battery staple"}`, true, 404},
	{"GET", "/sessions", "", true, 200},
	{"GET", "/.well-known/jwks.json", "", true, 200},
	{"GET", "/health", "", true, 200},
	{"GET", "/ready", "", true, 200},
	{"GET", "/openapi.json", "", true, 200},
	{"POST", "/revoke", `{"session":"mine","all":false}`, false, 400},
	{"POST", "/revoke", `{"session":"mine","all":true}`, true, 400},
	{"POST", "/revoke", `{}`, true, 204},
}

func main() {
	ctx := context.Background()
	document, err := openapi3.NewLoader().LoadFromFile(os.Args[1])
	require(err)
	require(document.Validate(ctx))
	document.Servers = openapi3.Servers{{URL: os.Args[2]}}
	router, err := legacy.NewRouter(document)
	require(err)
	for _, one := range trials {
		if err := one.run(ctx, router, os.Args[2], os.Getenv("TOKEN")); err != nil {
			log.Fatalf("%s %s %s: %v", one.method, one.path, one.body, err)
		}
	}
	fmt.Printf("kin-openapi: %d requests and their replies\n", len(trials))
}

func (one trial) run(ctx context.Context, router routers.Router, url, token string) error {
	request, err := http.NewRequest(one.method, url+one.path, bytes.NewBufferString(one.body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	if one.body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	route, parameters, err := router.FindRoute(request)
	if err != nil {
		return err
	}
	input := &openapi3filter.RequestValidationInput{
		Request: request, PathParams: parameters, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	}
	if err := openapi3filter.ValidateRequest(ctx, input); (err == nil) != one.isValid {
		return fmt.Errorf("valid: expected %t, found %v", one.isValid, err)
	}
	request.Body = io.NopCloser(bytes.NewBufferString(one.body))
	reply, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		return err
	}
	if reply.StatusCode != one.status {
		return fmt.Errorf("status %d, expected %d: %s", reply.StatusCode, one.status, body)
	}
	output := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: reply.StatusCode, Header: reply.Header,
	}
	return openapi3filter.ValidateResponse(ctx, output.SetBodyBytes(body))
}

func require(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
