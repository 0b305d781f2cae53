// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {SignatureCheck} from "../../../contracts/libraries/SignatureCheck.sol";
import {Check} from "../Check.sol";

/// SignatureCheck's question to a contract in readable Solidity. It copies the whole answer.
contract SignatureCheckReference {
    function isValid(address signer, bytes32 digest, bytes calldata signature)
        external
        view
        returns (bool)
    {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        (bool done, bytes memory answer) = signer.staticcall{gas: 500_000}(question);
        if (!done || answer.length < 32) return false;
        return abi.decode(answer, (bytes32)) == bytes32(IERC1271.isValidSignature.selector);
    }
}

contract SignatureCheckHarness {
    function isValid(address signer, bytes32 digest, bytes calldata signature)
        external
        view
        returns (bool)
    {
        return SignatureCheck.isValid(signer, digest, signature);
    }

    function isValid(address signer, bytes32 digest, uint8 v, bytes32 r, bytes32 s)
        external
        view
        returns (bool)
    {
        return SignatureCheck.isValid(signer, digest, v, r, s);
    }
}

contract SignatureCheckTest is Check {
    SignatureCheckReference private _reference = new SignatureCheckReference();
    SignatureCheckHarness private _harness = new SignatureCheckHarness();
    address private constant SIGNER = address(0x1271);
    bytes32 private constant YES = bytes32(bytes4(0x1626ba7e));
    uint256 private constant HALF =
        0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    /// Code that answers `word` cut or filled to `length` bytes, by return or revert.
    function _answers(bytes32 word, uint16 length, bool reverts) private {
        // PUSH32 word PUSH0 MSTORE PUSH2 length PUSH0 RETURN or REVERT
        vm.etch(
            SIGNER,
            abi.encodePacked(
                hex"7f", word, hex"5f5261", length, hex"5f", reverts ? hex"fd" : hex"f3"
            )
        );
    }

    function _asked(bytes32 digest, bytes memory signature) private view returns (bool) {
        bool answer = _harness.isValid(SIGNER, digest, signature);
        so("as the reference", answer == _reference.isValid(SIGNER, digest, signature));
        return answer;
    }

    function testFuzz_answers(
        bytes32 word,
        uint16 length,
        uint8 dice,
        bytes32 digest,
        bytes memory signature
    ) public {
        if (dice % 2 == 0) {
            word = YES ^ (dice % 4 == 0 ? bytes32(0) : bytes32(1 << dice));
        }
        if (dice % 3 == 0) length = 30 + length % 4;
        bool reverts = dice % 5 == 0;
        _answers(word, length, reverts);
        bool expected = word == YES && length >= 32 && !reverts;
        so("a yes is the whole word", _asked(digest, signature) == expected);
    }

    /// The signer sees the digest and the signature as they came: it answers by the hash of all that.
    function testFuzz_theQuestion(bytes32 digest, bytes memory signature) public {
        bytes32 hash = keccak256(abi.encodeCall(IERC1271.isValidSignature, (digest, signature)));
        _saysYesTo(hash);
        so("asked", _asked(digest, signature));
        _saysYesTo(~hash);
        so("nothing else", !_asked(digest, signature));
    }

    function testFuzz_theQuestionByParts(bytes32 digest, uint8 v, bytes32 r, bytes32 s) public {
        bytes memory signature = abi.encodePacked(r, s, v);
        _saysYesTo(keccak256(abi.encodeCall(IERC1271.isValidSignature, (digest, signature))));
        so("asked", _harness.isValid(SIGNER, digest, v, r, s));
        so("nothing else", !_harness.isValid(SIGNER, ~digest, v, r, s));
    }

    /// Code that says yes if and only if the call's data hash to this.
    function _saysYesTo(bytes32 hash) private {
        // CALLDATASIZE PUSH0 PUSH0 CALLDATACOPY CALLDATASIZE PUSH0 KECCAK256 PUSH32 hash EQ
        // PUSH4 yes MUL PUSH1 224 SHL PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
        vm.etch(
            SIGNER,
            abi.encodePacked(hex"365f5f37365f207f", hash, hex"14631626ba7e0260e01b5f5260205ff3")
        );
    }

    // ------------------------------------------------------------------ the account's own key

    function testFuzz_ordinarySignatures(uint256 key, bytes32 digest, uint8 v, bytes32 noise)
        public
        view
    {
        key = within(key, 1, 2 ** 255);
        (uint8 good, bytes32 r, bytes32 s) = vm.sign(key, digest);
        address signer = vm.addr(key);
        bool both = v == good;
        so("bytes", _harness.isValid(signer, digest, abi.encodePacked(r, s, v)) == both);
        so("parts", _harness.isValid(signer, digest, v, r, s) == both);
        if (noise == 0) return;
        so("digest", !_harness.isValid(signer, digest ^ noise, good, r, s));
        so("r", !_harness.isValid(signer, digest, good, r ^ noise, s));
        so("s", !_harness.isValid(signer, digest, good, r, s ^ noise));
        so("signer", !_harness.isValid(address(uint160(signer) ^ 1), digest, good, r, s));
    }

    /// Every r and s is somebody's signature; of the two forms only the lower s is good.
    function test_exactlyHalfTheOrder() public view {
        bytes32 r = 0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798;
        bytes32 digest = keccak256("digest");
        for (uint8 v = 27; v < 29; ++v) {
            for (uint256 past = 0; past < 2; ++past) {
                bytes32 s = bytes32(HALF + past);
                address signer = ecrecover(digest, v, r, s);
                so("somebody's", signer != address(0));
                so("parts", _harness.isValid(signer, digest, v, r, s) == (past == 0));
                bytes memory signature = abi.encodePacked(r, s, v);
                so("bytes", _harness.isValid(signer, digest, signature) == (past == 0));
            }
        }
    }

    /// ecrecover answers zero for what is no signature.
    function test_nobodySignsNothing() public view {
        so("parts", !_harness.isValid(address(0), 0, 27, 0, 0));
        so("bytes", !_harness.isValid(address(0), 0, abi.encodePacked(new bytes(64), uint8(27))));
        so("no v", !_harness.isValid(address(0), 0, 0, 0, 0));
    }

    /// The identity precompile answers the question itself, which begins with the magic word. It has no
    /// code, and so is not asked.
    function test_whoHasNoCodeIsNotAsked() public view {
        so("reference", _reference.isValid(address(4), 0, ""));
        so("not asked", !_harness.isValid(address(4), 0, ""));
    }
}
