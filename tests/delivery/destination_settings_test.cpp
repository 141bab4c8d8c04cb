#include <edgeward/delivery/destination_settings.hpp>

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

using namespace edgeward;
using namespace edgeward::delivery;

namespace {

struct Read {
    std::vector<DestinationSettings> destinations;
    std::vector<std::string> problems;
};

Read read(std::string_view toml) {
    auto document = config::Document::parse(toml, "edgeward.toml");
    auto root = document.root();
    Read made;
    made.destinations = read_destinations(root, read_authorities(root));
    document.refuse_unread_keys();
    for (const auto& problem : document.problems())
        made.problems.push_back(problem.to_string());
    return made;
}

bool says(const Read& read, std::string_view text) {
    return std::any_of(read.problems.begin(), read.problems.end(),
                       [&](const std::string& problem) { return problem.find(text) != std::string::npos; });
}

constexpr std::string_view sound = R"([[authority]]
name = "KIS"
oid = "1.2.276.0.76.3.1.999"
[[destination]]
name = "kis"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
kind = "hl7"
retry_first = "2s"
[destination.hl7]
host = "localhost"
[destination.hl7.tls]
ca = "ca"
)";

}  // namespace

TEST_CASE("a sound destination knows its authorities and its defaults", "[destination_settings]") {
    const auto read_in = read(sound);
    REQUIRE(read_in.problems.empty());
    const auto& kis = read_in.destinations.at(0);
    CHECK(kis.kind() == "hl7");
    CHECK(kis.level == model::IdentityLevel::identified);
    CHECK(kis.domain == "kis");
    CHECK(kis.backoff.first == std::chrono::seconds(2));
    CHECK(kis.backoff.longest == std::chrono::seconds(60));
    CHECK(kis.attempts == 20);
    const auto& message = std::get<Hl7Form>(kis.form).message;
    CHECK(message.authorities.at("KIS").universal_id == "1.2.276.0.76.3.1.999");
    CHECK(message.authorities.contains("kis"));
}

TEST_CASE("only treatment may be identified", "[destination_settings]") {
    const auto read_in = read(R"([[destination]]
name = "research"
purpose = "research"
identity_level = "identified"
legal_basis = "consent"
kind = "hl7"
[destination.hl7]
host = "localhost"
)");
    CHECK(says(
        read_in,
        "edgeward.toml:4:18: destination[1].identity_level: expected pseudonymous, anonymised or technical"));
}

TEST_CASE("purpose level and legal basis must be stated", "[destination_settings]") {
    const auto read_in = read(R"([[destination]]
name = "Research!"
kind = "fax"
pseudonym_prefix = "res"
)");
    CHECK(says(read_in, "purpose: expected the purpose of the processing, got nothing"));
    CHECK(says(read_in,
               "identity_level: expected identified, pseudonymous, anonymised or technical, got nothing"));
    CHECK(says(read_in, "name: expected 1 to 32 of a-z, 0-9 and -"));
    CHECK(says(read_in, "kind: expected hl7, fhir, dicom or dicomweb"));
    CHECK(says(read_in, "pseudonym_prefix: expected 1 to 8 capital letters and digits"));
}

TEST_CASE("data about persons needs a legal basis and two destinations two names", "[destination_settings]") {
    const auto read_in = read(R"([[destination]]
name = "a"
purpose = "treatment"
identity_level = "pseudonymous"
kind = "hl7"
[destination.hl7]
host = "localhost"
[[destination]]
name = "a"
purpose = "maintenance"
identity_level = "technical"
kind = "fhir"
)");
    CHECK(says(read_in, "legal_basis: expected art9-2h, art9-2j or consent for data about persons"));
    CHECK(says(read_in, "destination[2].name: this destination is named twice"));
    CHECK(says(read_in, "destination[2].fhir: expected a table [destination.fhir]"));
}

TEST_CASE("objects go by C-STORE or by STOW-RS, to nobody without a person", "[destination_settings]") {
    const std::string head = R"([[destination]]
name = "archive"
purpose = "treatment"
identity_level = "identified"
legal_basis = "art9-2h"
)";
    const auto web = read(head +
                          "kind = \"dicomweb\"\n[destination.dicomweb]\nurl = \"https://a.example\"\n"
                          "[destination.deidentification]\ndates = \"moved\"\n");
    REQUIRE(web.problems.empty());
    CHECK(web.destinations.at(0).kind() == "dicomweb");
    CHECK(web.destinations.at(0).takes_objects());
    CHECK(std::get<DicomwebForm>(web.destinations.at(0).form).profile.dates == dicom::Dates::moved);
    const auto store =
        read(head + "kind = \"dicom\"\n[destination.dicom]\nhost = \"a.example\"\ncalled_ae_title = \"A\"\n");
    REQUIRE(store.problems.empty());
    CHECK(store.destinations.at(0).kind() == "dicom");
    CHECK(store.destinations.at(0).takes_objects());
    CHECK_FALSE(read(sound).destinations.at(0).takes_objects());
    CHECK(says(read(head + "kind = \"dicomweb\"\n"),
               "destination[1].dicomweb: expected a table [destination.dicomweb]"));
    const auto technical = read(R"([[destination]]
name = "archive"
purpose = "maintenance"
identity_level = "technical"
kind = "dicomweb"
[destination.dicomweb]
url = "https://a.example"
)");
    CHECK(says(technical, "expected identified or pseudonymous for DICOM objects"));
}

TEST_CASE("an authority needs a system or an oid to make one from", "[destination_settings]") {
    auto document = config::Document::parse(
        "[[authority]]\nname = \"KIS\"\n[[authority]]\nname = \"KIS\"\noid = \"1.2\"\n", "edgeward.toml");
    const auto authorities = read_authorities(document.root());
    REQUIRE(document.problems().size() == 2);
    CHECK(document.problems()[0].to_string().find("authority[1].system: expected a URI") !=
          std::string::npos);
    CHECK(document.problems()[1].to_string().find("authority[2].name: this authority is named twice") !=
          std::string::npos);
    CHECK(authorities.at(1).system == "urn:oid:1.2");
}

TEST_CASE("a destination declares its data classes and how long the receiver keeps",
          "[destination_settings]") {
    const std::string with = std::string(sound).replace(
        sound.find("kind ="), 0, "data_classes = [\"vital_sign\", \"laboratory\"]\nretention = \"3650d\"\n");
    const auto read_in = read(with);
    REQUIRE(read_in.problems.empty());
    const auto& kis = read_in.destinations.at(0);
    CHECK(kis.data_classes ==
          std::vector<model::Category>{model::Category::vital_sign, model::Category::laboratory});
    CHECK(kis.retention == std::chrono::hours(24 * 3650));
    CHECK(read(sound).destinations.at(0).data_classes.empty());
    CHECK(read(sound).destinations.at(0).retention == std::chrono::milliseconds(0));
    const std::string wrong =
        std::string(sound).replace(sound.find("kind ="), 0, "data_classes = [\"vital_signs\"]\n");
    CHECK(says(read(wrong),
               "data_classes: expected vital_sign, measurement, setting, laboratory or technical"));
}

TEST_CASE("anonymised is for secondary use and has a table of its own", "[destination_settings]") {
    const auto registry = [](std::string_view purpose, std::string_view basis, std::string_view more) {
        return read("[[destination]]\nname = \"registry\"\npurpose = \"" + std::string(purpose) +
                    "\"\nidentity_level = \"anonymised\"\nlegal_basis = \"" + std::string(basis) +
                    "\"\nkind = \"fhir\"\n[destination.fhir]\nurl = \"https://r.example/fhir\"\n"
                    "device_system = \"urn:oid:1.2\"\n" +
                    std::string(more));
    };
    const auto sound_one =
        registry("research", "art9-2j", "[destination.anonymised]\ntime_grain = \"24h\"\n");
    for (const auto& problem : sound_one.problems)
        UNSCOPED_INFO(problem);
    REQUIRE(sound_one.problems.empty());
    CHECK(sound_one.destinations.at(0).level == model::IdentityLevel::anonymised);
    CHECK(sound_one.destinations.at(0).anonymised.time_grain == std::chrono::hours(24));
    CHECK(says(registry("treatment", "art9-2h", ""), "nobody is treated anonymised"));
    CHECK(says(registry("research", "none", ""), "legal_basis: expected art9-2h, art9-2j or consent"));
    CHECK(says(registry("research", "art9-2j", "profiles = \"isik\"\n"), "fhir.profiles: expected base"));
    CHECK(says(read(std::string(sound) + "[destination.anonymised]\ntime_grain = \"24h\"\n"),
               "anonymised: expected it only with identity_level"));
}
