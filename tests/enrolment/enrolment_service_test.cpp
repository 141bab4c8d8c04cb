#include <edgeward/enrolment/enrolment_service.hpp>

#include "bench.hpp"

namespace edgeward::enrolment {

using audit::Action;

TEST_CASE("a device with a token gets a certificate that a broker takes", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump", {"ICU", "", "3"}, "S1", "", ""});
    const auto body = bench.asks("a", "pump-7");
    const auto certificate = Bench::granted(bench.service().enrol({body, token, {}}));
    CHECK(bench.broker_takes(certificate));
    const auto facts = crypto::facts_of(certificate);
    CHECK(facts->common_name == "pump-7");
    CHECK(facts->not_after - bench.clock.now() <= bench.settings.lifetime);
    const auto known = bench.book->device("pump-7");
    REQUIRE(known);
    REQUIRE(*known);
    CHECK((**known).entry.kind == "pump");
    CHECK((**known).entry.location.ward == "ICU");
    CHECK((**known).origin == "token");
    CHECK(bench.changes == 1);
    REQUIRE(bench.events.size() == 2);
    CHECK(bench.events[0].action == Action::device_token_made);
    CHECK(bench.events[0].actor == "user:1000");
    CHECK(bench.events[1].action == Action::device_enrolled);
    CHECK(bench.events[1].object == "pump-7");
    CHECK(bench.events[1].details == facts->fingerprint);
}

TEST_CASE("a token is good once and for its device and time", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", "pump-8"), token, {}})) ==
          ErrorKind::invalid_input);
    const auto body = bench.asks("a", "");  // the token says who it is
    const auto certificate = Bench::granted(bench.service().enrol({body, token, {}}));
    CHECK(crypto::facts_of(certificate)->common_name == "pump-7");
    // The answer was lost: the same key gets the same certificate, for an hour.
    CHECK(Bench::granted(bench.service().enrol({body, token, {}})) == certificate);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("c", "pump-7"), token, {}})) == ErrorKind::denied);
    bench.clock.pass(61min);
    CHECK(Bench::refusal(bench.service().enrol({body, token, {}})) == ErrorKind::denied);
    const auto late = bench.token_for({"pump-9", "pump"}, 10min);
    bench.clock.pass(10min);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("d", "pump-9"), late, {}})) == ErrorKind::denied);
    for (const char* wrong : {"Basic ZGV2aWNlOndyb25n", "Bearer abc", "Basic", "Basic !"})
        CHECK(Bench::refusal(bench.service().enrol({bench.asks("e", "pump-9"), wrong, {}})) ==
              ErrorKind::denied);
    CHECK(bench.told(Action::device_enrolled) == 1);
}

TEST_CASE("a token of a class is for new devices alone", "[enrolment_service]") {
    Bench bench;
    bench.configured.insert("monitor-1");
    Bench::granted(bench.service().enrol({bench.asks("a", "pump-1"), bench.token_for({"", "pump"}), {}}));
    for (const char* taken : {"pump-1", "monitor-1"}) {
        const auto token = bench.token_for({"", "pump"});
        CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", taken), token, {}})) ==
              ErrorKind::denied);
    }
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", ""), bench.token_for({"", "pump"}), {}})) ==
          ErrorKind::invalid_input);
}

TEST_CASE("no device gets the gateway's name", "[enrolment_service]") {
    Bench bench;
    CHECK_FALSE(bench.service().make_token({"gateway", "pump"}, 1h, "user:1000"));
    const auto token = bench.token_for({"", "pump"});
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("a", "gateway"), token, {}})) ==
          ErrorKind::denied);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", "gateway"), {}, {}})) == ErrorKind::denied);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("c", "pump 7"), token, {}})) ==
          ErrorKind::invalid_input);
}

TEST_CASE("tokens are made for what is described and for a sensible time", "[enrolment_service]") {
    Bench bench;
    bench.configured.insert("monitor-1");
    CHECK(bench.service().make_token({"monitor-1", ""}, 1h, "user:1000"));
    CHECK_FALSE(bench.service().make_token({"monitor-2", ""}, 1h, "user:1000"));
    CHECK_FALSE(bench.service().make_token({"", ""}, 1h, "user:1000"));
    CHECK_FALSE(bench.service().make_token({"a", "no-class"}, 1h, "user:1000"));
    CHECK_FALSE(bench.service().make_token({"a", "pump"}, 1s, "user:1000"));
    CHECK_FALSE(bench.service().make_token({"a", "pump"}, 24h * 91, "user:1000"));
}

TEST_CASE("who has no right waits for a person", "[enrolment_service]") {
    Bench bench;
    const auto body = bench.asks("a", "pump-7");
    REQUIRE(Bench::waits(bench.service().enrol({body, {}, {}})));
    REQUIRE(Bench::waits(bench.service().enrol({body, {}, {}})));
    auto waiting = bench.book->requests();
    REQUIRE(waiting);
    REQUIRE(waiting->size() == 1);
    const auto number = waiting->front().number;
    CHECK(waiting->front().entry.id == "pump-7");
    CHECK(bench.told(Action::device_requested) == 1);
    CHECK(bench.service().approve(number, {"", ""}, false, "user:1000").error().kind ==
          ErrorKind::invalid_input);  // as what?
    REQUIRE(bench.service().approve(number, {"", "pump", {"ICU", "", ""}}, false, "user:1000"));
    CHECK(bench.told(Action::device_approved) == 1);
    CHECK(bench.changes == 0);
    const auto certificate = Bench::granted(bench.service().enrol({body, {}, {}}));
    CHECK(bench.broker_takes(certificate));
    CHECK((**bench.book->device("pump-7")).origin == "approval");
    CHECK(bench.book->requests()->empty());
    CHECK_FALSE(bench.service().approve(number, {"", "pump"}, false, "user:1000"));
}

TEST_CASE("who is rejected stays so", "[enrolment_service]") {
    Bench bench;
    const auto body = bench.asks("a", "pump-7");
    REQUIRE(Bench::waits(bench.service().enrol({body, {}, {}})));
    const auto number = bench.book->requests()->front().number;
    REQUIRE(bench.service().reject(number, "user:1000"));
    CHECK(Bench::refusal(bench.service().enrol({body, {}, {}})) == ErrorKind::denied);
    CHECK_FALSE(bench.service().approve(number, {"", "pump"}, false, "user:1000"));
    CHECK_FALSE(bench.service().reject(number, "user:1000"));
    CHECK_FALSE(bench.service().reject(number + 1, "user:1000"));
    bench.clock.pass(24h * 8);  // forgotten after a week
    bench.service().maintain();
    CHECK(Bench::waits(bench.service().enrol({body, {}, {}})));
}

TEST_CASE("another device under a known name needs a person who says so", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto first = Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    const auto body = bench.asks("b", "pump-7");
    REQUIRE(Bench::waits(bench.service().enrol({body, {}, {}})));
    const auto number = bench.book->requests()->front().number;
    CHECK(bench.service().approve(number, {"", "pump"}, false, "user:1000").error().kind ==
          ErrorKind::rejected);
    REQUIRE(bench.service().approve(number, {"", "pump"}, true, "user:1000"));
    CHECK(Bench::granted(bench.service().enrol({body, {}, {}})) != first);
}

TEST_CASE("the queue has an end and can be closed", "[enrolment_service]") {
    Bench bench;
    bench.settings.queue_limit = 1;
    REQUIRE(Bench::waits(bench.service().enrol({bench.asks("a", "pump-1"), {}, {}})));
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", "pump-2"), {}, {}})) == ErrorKind::exhausted);
    Bench closed;
    closed.settings.queue = false;
    CHECK(Bench::refusal(closed.service().enrol({closed.asks("a", "pump-1"), {}, {}})) == ErrorKind::denied);
}

TEST_CASE("a device renews with its certificate even after a while", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto first = Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    bench.clock.pass(bench.settings.lifetime - 24h);
    const auto second = Bench::granted(bench.service().renew({bench.asks("b", "pump-7"), {}, first}));
    CHECK(crypto::facts_of(second)->not_after > crypto::facts_of(first)->not_after);
    // It was off for months.
    bench.clock.pass(bench.settings.lifetime + bench.settings.renewal_window - 1h);
    const auto third = Bench::granted(bench.service().renew({bench.asks("c", "pump-7"), {}, second}));
    CHECK(Bench::refusal(bench.service().renew({bench.asks("d", "pump-7"), {}, first})) == ErrorKind::denied);
    bench.clock.pass(bench.settings.lifetime + bench.settings.renewal_window + 1h);
    CHECK(Bench::refusal(bench.service().renew({bench.asks("e", "pump-7"), {}, third})) == ErrorKind::denied);
    CHECK((**bench.book->device("pump-7")).origin == "token");
    CHECK(bench.book->certificates_of("pump-7")->front().right == "renewal");
}

TEST_CASE("a renewal is for the device of the certificate alone", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto mine = Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    CHECK(Bench::refusal(bench.service().renew({bench.asks("b", "pump-8"), {}, mine})) ==
          ErrorKind::invalid_input);
    CHECK(Bench::refusal(bench.service().renew({bench.asks("b", "pump-7"), {}, {}})) == ErrorKind::denied);
    CHECK(Bench::refusal(bench.service().renew({"!", {}, mine})) == ErrorKind::invalid_input);
    // Of the same authority, and not issued here.
    const auto key = bench.credentials.read("device-authority-key");
    crypto::CertificateRequest wanted;
    wanted.common_name = "pump-7";
    const auto elsewhere =
        crypto::issue_certificate({bench.authority, key->clone()}, wanted, bench.clock.now());
    REQUIRE(elsewhere);
    CHECK(Bench::refusal(bench.service().renew({bench.asks("c", "pump-7"), {}, elsewhere->certificate})) ==
          ErrorKind::denied);
}

TEST_CASE("who is revoked is on the list at once and does not come back by itself", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto other = bench.token_for({"pump-8", "pump"});
    const auto unused = bench.token_for({"pump-7", "pump"});
    const auto first = Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    const auto second = Bench::granted(bench.service().renew({bench.asks("b", "pump-7"), {}, first}));
    const auto neighbour = Bench::granted(bench.service().enrol({bench.asks("n", "pump-8"), other, {}}));
    REQUIRE(bench.broker_takes(first));
    const auto revoked = bench.service().revoke("pump-7", "stolen", "user:1000");
    REQUIRE(revoked);
    CHECK(*revoked == 2);
    CHECK_FALSE(bench.broker_takes(first));
    CHECK(bench.devices.says("certificate revoked"));
    CHECK_FALSE(bench.broker_takes(second));
    CHECK(bench.broker_takes(neighbour));
    CHECK(Bench::refusal(bench.service().renew({bench.asks("c", "pump-7"), {}, second})) ==
          ErrorKind::denied);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("d", "pump-7"), unused, {}})) ==
          ErrorKind::denied);
    CHECK(bench.events.back().action == Action::device_revoked);
    CHECK(bench.events.back().rule == "stolen");
    CHECK(bench.events.back().count == 2);
    // It was found again: a person makes a new token.
    const auto again = bench.token_for({"pump-7", "pump"});
    const auto back = Bench::granted(bench.service().enrol({bench.asks("e", "pump-7"), again, {}}));
    CHECK(bench.broker_takes(back));
    CHECK_FALSE(bench.broker_takes(first));
    CHECK_FALSE(bench.service().revoke("pump-7", "no reason", "user:1000"));
    CHECK_FALSE(bench.service().revoke("stranger", "lost", "user:1000"));
}

TEST_CASE("a configured device can be revoked too", "[enrolment_service]") {
    Bench bench;
    bench.configured.insert("monitor-1");
    const auto revoked = bench.service().revoke("monitor-1", "lost", "user:1000");
    REQUIRE(revoked);
    CHECK(*revoked == 0);
    CHECK((**bench.book->device("monitor-1")).revoked);
    CHECK(bench.changes == 1);
}

TEST_CASE("an account that the broker may still have is said", "[enrolment_service]") {
    Bench bench;
    bench.configured.insert("monitor-1");
    bench.withdraw = [](const std::string& id) -> Result<void> {
        CHECK(id == "monitor-1");
        return failure(ErrorKind::unavailable, "not connected to the broker");
    };
    const auto revoked = bench.service().revoke("monitor-1", "lost", "user:1000");
    REQUIRE_FALSE(revoked);
    CHECK(revoked.error().kind == ErrorKind::ambiguous);
    CHECK((**bench.book->device("monitor-1")).revoked);
}

TEST_CASE("a list that cannot be written is said and written later", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto first = Bench::granted(bench.service().enrol({bench.asks("a", "pump-7"), token, {}}));
    const auto aside = bench.settings.crl_file.string() + ".aside";
    std::filesystem::rename(bench.settings.crl_file, aside);
    std::filesystem::create_directory(bench.settings.crl_file);  // in the way
    const auto revoked = bench.service().revoke("pump-7", "lost", "user:1000");
    REQUIRE_FALSE(revoked);
    CHECK(revoked.error().kind == ErrorKind::ambiguous);
    CHECK((**bench.book->device("pump-7")).revoked);
    std::filesystem::remove(bench.settings.crl_file);
    bench.service().maintain();
    CHECK_FALSE(bench.broker_takes(first));
}

TEST_CASE("nothing happens without its record", "[enrolment_service]") {
    Bench bench;
    const auto token = bench.token_for({"pump-7", "pump"});
    const auto body = bench.asks("a", "pump-7");
    bench.log_full = true;
    CHECK(Bench::refusal(bench.service().enrol({body, token, {}})) == ErrorKind::exhausted);
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("b", "pump-8"), {}, {}})) == ErrorKind::exhausted);
    CHECK_FALSE(bench.service().make_token({"x", "pump"}, 1h, "user:1000"));
    CHECK(bench.book->devices()->empty());
    CHECK(bench.book->requests()->empty());
    bench.log_full = false;
    Bench::granted(bench.service().enrol({body, token, {}}));
    bench.log_full = true;
    CHECK_FALSE(bench.service().revoke("pump-7", "lost", "user:1000"));
    CHECK_FALSE((**bench.book->device("pump-7")).revoked);
}

TEST_CASE("refusals are recorded with their number", "[enrolment_service]") {
    Bench bench;
    const auto body = bench.asks("a", "pump-7");
    for (int i = 0; i < 5; ++i)
        CHECK_FALSE(bench.service().enrol({body, "Basic ZGV2aWNlOndyb25n", {}}));
    CHECK(bench.told(Action::enrolment_refused) == 0);
    bench.service().maintain();
    REQUIRE(bench.told(Action::enrolment_refused) == 1);
    CHECK(bench.events.back().count == 5);
    CHECK(bench.events.back().outcome == audit::Outcome::denied);
    CHECK(bench.metrics.expose().find("edgeward_enrolments_refused_total 5") != std::string::npos);
    bench.service().maintain();
    CHECK(bench.told(Action::enrolment_refused) == 1);
}

namespace {

// A manufacturer's authority, and a device of it with that number: <name>.pem.
struct Maker {
    explicit Maker(Bench& bench) : bench_(bench) {
        auto& openssl = bench.devices;
        openssl.make_request("maker", "/CN=Maker");
        openssl.must({"req", "-x509", "-new", "-key", openssl.file("maker.key"), "-subj", "/CN=Maker",
                      "-days", "30", "-addext", "keyUsage=critical,keyCertSign", "-out",
                      openssl.file("maker.pem")});
        bench.put_credential("maker-ca", bytes_of(openssl.text("maker.pem")));
        openssl.put("extensions",
                    "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
                    "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n");
    }
    std::string device(const std::string& name, const std::string& number) {
        auto& openssl = bench_.devices;
        openssl.make_request(name, "/O=Maker/serialNumber=" + number);
        openssl.must({"x509", "-req", "-inform", "DER", "-in", openssl.file(name + ".csr"), "-CA",
                      openssl.file("maker.pem"), "-CAkey", openssl.file("maker.key"), "-CAcreateserial",
                      "-extfile", openssl.file("extensions"), "-out", openssl.file(name + ".pem")});
        bench_.clock.pass(2s);  // it is good from the second in which it was made
        return openssl.text(name + ".pem");
    }

private:
    Bench& bench_;
};

Manufacturer rule(bool approved) {
    Manufacturer made;
    made.name = "acme";
    made.ca = "maker-ca";
    made.kind = "pump";
    made.id_prefix = "acme-";
    made.approved = approved;
    return made;
}

}  // namespace

TEST_CASE("a manufacturer's certificate names the device and its class", "[enrolment_service]") {
    Bench bench;
    Maker maker(bench);
    bench.settings.manufacturers = {rule(true)};
    const auto factory = maker.device("idev", "4711");
    const auto certificate = Bench::granted(bench.service().enrol({bench.asks("a", ""), {}, factory}));
    CHECK(crypto::facts_of(certificate)->common_name == "acme-4711");
    const auto known = **bench.book->device("acme-4711");
    CHECK(known.entry.kind == "pump");
    CHECK(known.entry.serial == "4711");
    CHECK(known.origin == "manufacturer acme");
    // Set back to how it left the factory, it comes again.
    Bench::granted(bench.service().enrol({bench.asks("b", "acme-4711"), {}, factory}));
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("c", "acme-4712"), {}, factory})) ==
          ErrorKind::invalid_input);
    REQUIRE(bench.service().revoke("acme-4711", "stolen", "user:1000"));
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("d", ""), {}, factory})) == ErrorKind::denied);
    bench.configured.insert("acme-1");
    const auto other = maker.device("other", "1");
    CHECK(Bench::refusal(bench.service().enrol({bench.asks("e", ""), {}, other})) == ErrorKind::denied);
}

TEST_CASE("a manufacturer's device may have to wait for a person", "[enrolment_service]") {
    Bench bench;
    Maker maker(bench);
    bench.settings.manufacturers = {rule(false)};
    const auto factory = maker.device("idev", "4711");
    const auto body = bench.asks("a", "");
    REQUIRE(Bench::waits(bench.service().enrol({body, {}, factory})));
    const auto request = bench.book->requests()->front();
    CHECK(request.entry.id == "acme-4711");
    CHECK(request.entry.kind == "pump");
    CHECK(request.origin == "manufacturer acme");
    REQUIRE(bench.service().approve(request.number, {"", ""}, false, "user:1000"));
    Bench::granted(bench.service().enrol({body, {}, factory}));
}

TEST_CASE("a certificate of nobody we know is no right", "[enrolment_service]") {
    Bench bench;
    Maker maker(bench);
    bench.settings.manufacturers = {rule(true)};
    auto stranger = crypto::make_authority("Maker", bench.clock.now(), 24h);
    crypto::CertificateRequest wanted;
    wanted.common_name = "pump-7";
    const auto shown = crypto::issue_certificate(*stranger, wanted, bench.clock.now());
    CHECK(Bench::waits(bench.service().enrol({bench.asks("a", "pump-7"), {}, shown->certificate})));
    CHECK(bench.book->devices()->empty());
}

}  // namespace edgeward::enrolment
