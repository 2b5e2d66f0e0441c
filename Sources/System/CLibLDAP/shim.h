#pragma once
#include <sys/types.h>
#include <sys/time.h>
#include <ldap.h>
#include <openldap.h>

// In the C library; declared here so that the structs of sockets stay in C, where they mean one thing.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/// Connects to an address, at most for so many milliseconds; a negative number is an errno.
static inline int tocsin_connect(const char *address, int port, int milliseconds) {
    struct sockaddr_storage target;
    socklen_t length;
    memset(&target, 0, sizeof target);
    struct sockaddr_in *four = (struct sockaddr_in *)&target;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)&target;
    if (inet_pton(AF_INET, address, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((unsigned short)port);
        length = sizeof *four;
    } else if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((unsigned short)port);
        length = sizeof *six;
    } else {
        return -EINVAL;
    }
    int descriptor = socket(target.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    int flags = fcntl(descriptor, F_GETFL, 0);
    fcntl(descriptor, F_SETFL, flags | O_NONBLOCK);
    int failure = 0;
    if (connect(descriptor, (struct sockaddr *)&target, length) != 0) {
        failure = errno;
        if (failure == EINPROGRESS) {
            struct pollfd wait = {.fd = descriptor, .events = POLLOUT};
            socklen_t size = sizeof failure;
            int ready = poll(&wait, 1, milliseconds);
            if (ready <= 0) failure = ready == 0 ? ETIMEDOUT : errno;
            else if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
        }
    }
    if (failure != 0) {
        close(descriptor);
        return -failure;
    }
    fcntl(descriptor, F_SETFL, flags);
    struct timeval patience = {.tv_sec = milliseconds / 1000 + 1};
    int one = 1;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return descriptor;
}

/// Sets an option that is on or off.
static inline int tocsin_ldap_set_flag(LDAP *directory, int option, int is_on) {
    return ldap_set_option(directory, option, is_on ? LDAP_OPT_ON : LDAP_OPT_OFF);
}
