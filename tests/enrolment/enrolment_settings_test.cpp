#include <edgeward/enrolment/enrolment_settings.hpp>

#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>

namespace edgeward::enrolment {
namespace {

struct Read {
    EnrolmentSettings settings;
    std::vector<config::Problem> problems;
};

Read read_toml(std::string_view toml) {
    auto document = config::Document::parse(toml, "edgeward.toml");
    device::DeviceClasses classes;
    classes["pump"] = {"pump", "infusion_technical"};
    Read read{read_enrolment_settings(document.root().table("enrolment"), classes), {}};
    document.refuse_unread_keys();
    read.problems = document.problems();
    return read;
}

}  // namespace

TEST_CASE("nothing listens for devices that is not configured", "[enrolment_settings]") {
    const Read read = read_toml("");
    CHECK(read.problems.empty());
    CHECK_FALSE(read.settings.enabled);
    CHECK(read.settings.address == "127.0.0.1");
    CHECK(read.settings.crl_file.empty());
    CHECK_FALSE(read.settings.accounts);
}

TEST_CASE("enrolment is read as the file says", "[enrolment_settings]") {
    const Read read = read_toml(R"(
[enrolment]
enabled = true
address = "10.1.2.3"
port = 8444
certificate = "c"
key = "k"
authority = "a"
authority_key = "ak"
lifetime = "7d"
renewal_window = "30d"
queue = false
queue_limit = 5
retry_after = "30s"
crl_file = "/var/lib/edgeward-crl/devices.crl"
further_crls = "others"
accounts = true
reserved = ["gateway", "display"]
max_connections = 8
request_timeout = "5s"
[[enrolment.manufacturer]]
name = "acme"
ca = "acme-ca"
class = "pump"
id_prefix = "acme-"
approved = true
allow_rsa_2048 = true
)");
    REQUIRE(read.problems.empty());
    CHECK(read.settings.enabled);
    CHECK(read.settings.port == 8444);
    CHECK(read.settings.tls.certificate == "c");
    CHECK(read.settings.tls.ca.empty());
    CHECK(read.settings.lifetime == std::chrono::hours(168));
    CHECK(read.settings.renewal_window == std::chrono::hours(720));
    CHECK_FALSE(read.settings.queue);
    CHECK(read.settings.further_crls == "others");
    CHECK(read.settings.reserved.size() == 2);
    REQUIRE(read.settings.manufacturers.size() == 1);
    const auto& maker = read.settings.manufacturers.front();
    CHECK(maker.name == "acme");
    CHECK(maker.kind == "pump");
    CHECK(maker.id_prefix == "acme-");
    CHECK(maker.approved);
    CHECK(maker.allow_rsa_2048);
}

TEST_CASE("a mistake in enrolment is named", "[enrolment_settings]") {
    struct Row {
        const char* line;
        const char* path;
    };
    const Row row = GENERATE(values<Row>({
        {"[enrolment]\naddress = 'broker'", "enrolment.address"},
        {"[enrolment]\nlifetime = '10min'", "enrolment.lifetime"},
        {"[enrolment]\ncrl_file = 7", "enrolment.crl_file"},
        {"[enrolment]\nreserved = ['a b']", "enrolment.reserved"},
        {"[enrolment]\nlifetme = '30d'", "enrolment.lifetme"},
        {"[[enrolment.manufacturer]]\nname='a'\nca='c'\nclass='none'", "enrolment.manufacturer[1].class"},
        {"[[enrolment.manufacturer]]\nname='a b'\nca='c'\nclass='pump'", "enrolment.manufacturer[1].name"},
        {"[[enrolment.manufacturer]]\nname='a'\nclass='pump'", "enrolment.manufacturer[1].ca"},
        {"[[enrolment.manufacturer]]\nname='a'\nca='c'\nclass='pump'\nid_prefix='a/'",
         "enrolment.manufacturer[1].id_prefix"},
    }));
    CAPTURE(row.line);
    const Read read = read_toml(row.line);
    REQUIRE(read.problems.size() == 1);
    CHECK(read.problems.front().path == row.path);
}

}  // namespace edgeward::enrolment
