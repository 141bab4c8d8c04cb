// The floor of receiving: a Paho subscriber over mutual TLS with QoS 1 that discards what it gets.
//
//   load_floor_mqtt --port P --ca FILE --cert FILE --key FILE --count N
//
// Prints "ready", then, after N messages, one JSON object with its processor time.

#include <mqtt/async_client.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "options.hpp"
#include "tls_peer.hpp"

int main(int count, char** words) {
    using namespace edgeward::load;  // NOLINT(google-build-using-namespace)
    const Options options(count, words);
    const long long wanted = options.number("count");
    std::atomic<long long> received{0};
    std::atomic<double> begun{0};

    mqtt::async_client client("ssl://localhost:" + options.text("port"), "floor", nullptr);
    client.set_message_callback([&](const mqtt::const_message_ptr&) {
        if (++received == 1) begun = cpu_microseconds();
    });
    mqtt::ssl_options tls;
    tls.set_trust_store(options.text("ca"));
    tls.set_key_store(options.text("cert"));
    tls.set_private_key(options.text("key"));
    tls.set_verify(true);
    mqtt::connect_options connect;
    connect.set_clean_session(true);
    connect.set_max_inflight(1000);
    connect.set_ssl(tls);
    try {
        client.connect(connect)->wait();
        client.subscribe("devices/#", 1)->wait();
    } catch (const mqtt::exception& error) {
        give_up(error.to_string());
    }
    std::cout << "ready" << std::endl;
    while (received < wanted)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    std::cout << R"({"messages":)" << received << R"(,"cpu_us":)"
              << static_cast<long long>(cpu_microseconds() - begun) << R"(,"ended_ns":)" << monotonic_ns()
              << "}" << std::endl;
    client.disconnect()->wait();
    return 0;
}
