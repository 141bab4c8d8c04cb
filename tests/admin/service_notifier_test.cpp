#include <edgeward/admin/service_notifier.hpp>

#include <catch2/catch_test_macros.hpp>

#include <cstdlib>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "support/scratch_folder.hpp"

using namespace edgeward;
using admin::ServiceNotifier;

namespace {

// systemd's end: the datagram socket that $NOTIFY_SOCKET names.
class NotifySocket {
public:
    NotifySocket() : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        const std::string path = (folder_ / "notify").string();
        path.copy(static_cast<char*>(address.sun_path), sizeof address.sun_path - 1);
        REQUIRE(::bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() {
        ::unsetenv("NOTIFY_SOCKET");
        ::close(descriptor_);
    }
    // The next datagram; empty when none has come.
    [[nodiscard]] std::string next() const {
        char text[512];
        const ssize_t size = ::recv(descriptor_, text, sizeof text, 0);
        return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : std::string();
    }

private:
    support::ScratchFolder folder_;
    int descriptor_;
};

}  // namespace

TEST_CASE("systemd hears every state in the words of sd_notify", "[service_notifier]") {
    const NotifySocket systemd;
    const ServiceNotifier notifier;
    notifier.ready();
    CHECK(systemd.next() == "READY=1");
    notifier.watchdog();
    CHECK(systemd.next() == "WATCHDOG=1");
    notifier.extend_timeout(std::chrono::seconds(2));
    CHECK(systemd.next() == "EXTEND_TIMEOUT_USEC=2000000");
    notifier.stopping();
    CHECK(systemd.next() == "STOPPING=1");
    CHECK(systemd.next().empty());
}

TEST_CASE("a reload tells when it began", "[service_notifier]") {
    const NotifySocket systemd;
    ServiceNotifier().reloading();
    const std::string said = systemd.next();
    CHECK(said.rfind("RELOADING=1\nMONOTONIC_USEC=", 0) == 0);
    CHECK(said.find_first_not_of("0123456789", said.rfind('=') + 1) == std::string::npos);
}

TEST_CASE("a status cannot smuggle in another state", "[service_notifier]") {
    const NotifySocket systemd;
    ServiceNotifier().status("2 destinations\nSTOPPING=1");
    CHECK(systemd.next() == "STATUS=2 destinations STOPPING=1");
}

TEST_CASE("without systemd nothing happens", "[service_notifier]") {
    ::unsetenv("NOTIFY_SOCKET");
    ::unsetenv("WATCHDOG_USEC");
    ServiceNotifier().ready();
    ServiceNotifier().status("still here");
    CHECK_FALSE(ServiceNotifier::watchdog_interval());
}

TEST_CASE("the watchdog interval is half of what systemd allows this process", "[service_notifier]") {
    ::setenv("WATCHDOG_USEC", "30000000", 1);
    ::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1);
    CHECK(ServiceNotifier::watchdog_interval() == std::chrono::seconds(15));
    ::setenv("WATCHDOG_PID", "1", 1);
    CHECK_FALSE(ServiceNotifier::watchdog_interval());
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
}
