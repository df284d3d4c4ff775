// libcurl for Swift: the variadic functions as one function per type of argument, the socket of a connection, and
// what waits for sockets (epoll, which Swift's Glibc module leaves out).
#ifndef ACCESSPOINT_CCURL_SHIM_H
#define ACCESSPOINT_CCURL_SHIM_H

#include <curl/curl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

typedef size_t (*cc_receive)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*cc_open)(void *context, curlsocktype purpose, struct curl_sockaddr *address);
typedef int (*cc_watch)(CURL *handle, curl_socket_t socket, int what, void *context, void *attached);
typedef int (*cc_timer)(CURLM *multi, long milliseconds, void *context);
typedef int (*cc_prepare)(void *context, char *remote, char *local, int remote_port, int local_port);

static inline CURLcode cc_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cc_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

// Strings are copied by libcurl, except for CURLOPT_POSTFIELDS.
static inline CURLcode cc_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cc_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode cc_set_blob(CURL *handle, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
    return curl_easy_setopt(handle, option, &blob);
}

static inline CURLcode cc_set_receive(CURL *handle, CURLoption option, cc_receive function) {
    return curl_easy_setopt(handle, option, function);
}

static inline CURLcode cc_set_open(CURL *handle, cc_open function) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline CURLcode cc_set_prepare(CURL *handle, cc_prepare function) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, function);
}

static inline CURLcode cc_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}

// The server's own certificate as "Cert:-----BEGIN CERTIFICATE-----...", or NULL; it lives as long as the handle.
static inline const char *cc_leaf(CURL *handle) {
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL) return NULL;
    if (chain->num_of_certs < 1) return NULL;
    for (struct curl_slist *line = chain->certinfo[0]; line != NULL; line = line->next) {
        if (strncmp(line->data, "Cert:", 5) == 0) return line->data + 5;
    }
    return NULL;
}

static inline CURLcode cc_get_private(CURL *handle, void **value) {
    return curl_easy_getinfo(handle, CURLINFO_PRIVATE, value);
}

static inline CURLMcode cc_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

static inline CURLMcode cc_multi_set_callbacks(CURLM *multi, cc_watch watch, cc_timer timer, void *context) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watch);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, context);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    if (code == CURLM_OK) code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, context);
    return code;
}

// The result of a CURLMSG_DONE message, which sits in a union.
static inline CURLcode cc_message_result(const CURLMsg *message) { return message->data.result; }

// The IP address in network order: 4 or 16 bytes, or 0 for another family.
static inline int cc_address(const struct curl_sockaddr *address, unsigned char bytes[16]) {
    if (address->family == AF_INET) {
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)&address->addr)->sin_addr, 4);
        return 4;
    }
    if (address->family == AF_INET6) {
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)&address->addr)->sin6_addr, 16);
        return 16;
    }
    return 0;
}

// A socket that no child process inherits and that fails when the peer acknowledges nothing for that long.
static inline curl_socket_t cc_open_socket(const struct curl_sockaddr *address, unsigned int user_timeout_ms) {
    int descriptor = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (descriptor >= 0) {
        setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &user_timeout_ms, sizeof user_timeout_ms);
    }
    return descriptor;
}

// A descriptor that is ready, without the union of epoll_event.
struct cc_ready {
    int descriptor;
    unsigned int events;
};

// Waits for a descriptor from now on, for other events than before, or (0) no longer.
static inline int cc_epoll_set(int epoll, int descriptor, unsigned int events) {
    struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
    if (events == 0) return epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL);
    if (epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0) return 0;
    return epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event);
}

// Fills in up to 64 descriptors that are ready and gives their count, 0 if the time is over or a signal came.
static inline int cc_epoll_wait(int epoll, struct cc_ready *ready, int milliseconds) {
    struct epoll_event events[64];
    int count = epoll_wait(epoll, events, 64, milliseconds);
    for (int index = 0; index < count; index++) {
        ready[index].descriptor = events[index].data.fd;
        ready[index].events = events[index].events;
    }
    return count < 0 ? 0 : count;
}

#endif
