#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/fhir/bundle.hpp>

// Bundle entries around the observations: Patient and Device, and what every entry has.
namespace edgeward::fhir {

// An identifier as it names a resource.
struct Name {
    std::string system;
    std::string value;
};

// fullUrl of what is named by a UUID. Servers put the new resource's address in place of every text that
// equals a fullUrl, and some do so in identifiers too: an entry named like its identifier would lose it and
// be created again and again.
std::string entry_uuid(std::string uuid);

// {"fullUrl":"urn:uuid:…","resource":  and  ,"request":{…}}
void open_entry(std::string& out, std::string_view uuid);
void close_entry(std::string& out, const BundleSettings& settings, std::string_view type, const Name& name);
// The same for an entry that takes the place of what is there (conditional update).
void close_replacing_entry(std::string& out, std::string_view type, const Name& name);

// The identifier by which the Patient is created: the first with a configured authority, or the pseudonym.
Result<Name> patient_name(const BundleSettings& settings, const SubjectPart& subject);
// The resource under the entry; `subject` has been named by patient_name.
void append_patient(std::string& out, const BundleSettings& settings, const SubjectPart& subject);

// The Patient an anonymised observation contains: no identifier, the age band as an extension where one is
// known. It has no label, which a contained resource may not have (dom-5).
inline constexpr std::string_view contained_patient = "subject";
std::string anonymous_patient(const std::optional<model::AgeBand>& age);

// By EUI-64, else by id; pseudonymous: by alias.
Name device_name(const BundleSettings& settings, const DeviceFacts& device, bool pseudonymous);
void append_device(std::string& out, const BundleSettings& settings, const DeviceFacts& device,
                   bool pseudonymous);

// "security":[…] entries as codings: value "PSEUDED" … of v3-ObservationValue.
void append_security(std::string& out, std::string_view code);

}  // namespace edgeward::fhir
