#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <edgeward/config/document.hpp>
#include <edgeward/core/bytes.hpp>
#include <edgeward/core/result.hpp>
#include <edgeward/model/age_band.hpp>
#include <edgeward/model/identity.hpp>
#include <edgeward/model/report.hpp>

// FHIR R4 (4.0.1) transaction bundles of one or several reports.
//
//   Bundle (transaction) = Patient?  once per person      POST, ifNoneExist identifier=system|value
//                          Device    once per device      POST, ifNoneExist identifier=system|value
//                          Observation …                  POST, ifNoneExist
//                          identifier=urn:ietf:rfc:3986|urn:uuid:…
//
// Every entry is a conditional create under an identifier that never changes, so a bundle sent twice, or in
// another grouping, adds nothing. The same input gives the same octets. Numbers go out exactly as the device
// wrote them (37.0 stays 37.0). docs/fhir-output.md shows a bundle and says which profile each vital sign
// claims.
//
// Pure. Threads: any.
namespace edgeward::fhir {

enum class ProfileSet : std::uint8_t {
    base,  // FHIR core vital signs: http://hl7.org/fhir/StructureDefinition/heartrate …
    isik,  // gematik ISiK Vitalparameter 4.0:
           // https://gematik.de/fhir/isik/StructureDefinition/ISiKHerzfrequenz …
};

// What a destination's reports come as.
enum class BundleForm : std::uint8_t {
    transaction,  // render_bundle
    isik_report,  // report_document.hpp
};

// How ifNoneExist is written.
enum class ConditionalForm : std::uint8_t {
    standard,   // identifier=system|value                 R4 Bundle.entry.request.ifNoneExist
    with_type,  // Patient?identifier=system|value         as Oracle Health documents it
};

// What stands for an assigning authority (CX-4) in FHIR.
struct Authority {
    std::string system;  // URI
    std::string type;    // HL7 table 0203 code; empty: the type the identifier itself has
};

// How bundles for one destination look.
struct BundleSettings {
    ProfileSet profiles = ProfileSet::base;
    BundleForm form = BundleForm::transaction;
    ConditionalForm conditional = ConditionalForm::standard;
    bool mii_codings = false;  // codings of the MII's module ICU beside LOINC
    std::map<std::string, Authority, std::less<>> authorities;  // by name; filled by the application
    std::string pseudonym_system;                               // URI of this destination's pseudonym domain
    std::string device_system;  // URI under which our device ids (or aliases) are unique
    std::string visit_system;  // URI of visit numbers; empty: encounters are not named. Profile set base only
    std::string account_system;  // URI under which visit numbers are those of billing cases; of isik_report
    std::string source;          // meta.source, a URI naming this gateway; empty: none
};

// Reads profiles, conditional_form, pseudonym_system, device_system, visit_system, source. `device_system` is
// required; authorities are left empty.
BundleSettings read_bundle_settings(config::Section section);

// What is left of a person and a place in an anonymised report.
struct AnonymousPart {
    std::optional<model::AgeBand> age;
    std::string_view place;  // a name for several wards; empty: none
};

// Whose report it is: one of the three. All empty: nobody's, then every observation must be technical.
struct SubjectPart {
    const model::Identity* identity = nullptr;  // disclosed; borrowed for the call
    std::string_view pseudonym = {};            // text of the destination's own domain
    std::optional<AnonymousPart> anonymous = {};
};

// What the destination may know of the device; nothing in anonymised reports. `id` is the registry's id or,
// for pseudonymous destinations, an alias of the domain; there serial number and EUI-64 are never written,
// whatever stands here.
struct DeviceFacts {
    std::string_view id;
    std::string_view manufacturer;
    std::string_view model;
    std::string_view serial;
    std::string_view eui64;  // 16 hexadecimal digits
};

struct ReportPart {
    const model::Report* report = nullptr;  // borrowed for the call
    SubjectPart subject;
    DeviceFacts device;
};

// Names something for this destination only: the lower-case UUID (36 characters) of some octets
// (pseudonym::Pseudonymizer::domain_uuid). Called with observation ids and with texts naming persons, devices
// and the bundle; must be a function of the octets.
using NameGiver = std::function<std::string(ByteView)>;

struct Bundle {
    std::string body;         // UTF-8 JSON, one line
    std::string identifier;   // UUID, also Bundle.identifier: the same for the same observations
    std::size_t entries = 0;  // resources in it
};

// Builds one bundle. An observation that stands in several of the reports is written once.
//
// Blood pressure: systolic, diastolic and mean of one family (MDC 150017/18/19, non-invasive 150021/22/23,
// arterial 150033/34/35) and one effective time become one panel 85354-9, named after its parts' ids; a
// missing systolic or diastolic part says dataAbsentReason. A mean alone stays an observation of its own.
//
// Anonymised: neither Patient nor Device; each Observation contains a Patient that has no identifier, only
// the age band where one is known, and what is technical is not to be in the report.
//
// Every resource of a pseudonymous bundle is labelled PSEUDED, of an anonymised one ANONYED.
//
// Observations the device calls invalid carry no value but dataAbsentReason `error` and UNRELIABLE. Technical
// ones are about the Device (subject = Device) in every bundle.
//
// Errors: invalid_input (no report or no observation; a report of two levels; reports of persons at different
// levels in one bundle; an observation about a person without one); misconfigured (no
// identifier of the person has a configured authority; no device_system; no pseudonym_system for a
// pseudonym).
Result<Bundle> render_bundle(const BundleSettings& settings, std::span<const ReportPart> reports,
                             const NameGiver& uuid_of);

}  // namespace edgeward::fhir
