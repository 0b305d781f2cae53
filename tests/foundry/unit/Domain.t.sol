// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {RedeemOrder} from "../../../contracts/interfaces/IDepositToken.sol";
import {Authorization} from "../Signing.sol";
import {World} from "./World.sol";

/// Which chain and which contract a signature is for (ERC-5267), on this chain and on forks of it.
contract DomainTest is World {
    uint256 private constant HERE = 31_337;
    uint256 private constant FORK = 1_337;

    function describes(IERC5267 one, string memory name, uint256 chainId) private view {
        (
            bytes1 fields,
            string memory name_,
            string memory version,
            uint256 chainId_,
            address verifier,
            bytes32 salt,
            uint256[] memory extensions
        ) = one.eip712Domain();
        same("fields", uint8(fields), 0x0f);
        so("name", keccak256(bytes(name_)) == keccak256(bytes(name)));
        so("version", keccak256(bytes(version)) == keccak256("1"));
        same("chain", chainId_, chainId);
        so("contract", verifier == address(one));
        so("no salt", salt == 0);
        same("no extensions", extensions.length, 0);
    }

    function test_bothSayWhatTheyAre() public {
        describes(token, NAME, HERE);
        describes(teller, "Jiaozi Teller", HERE);
        so("separator", token.DOMAIN_SEPARATOR() == domainOf(NAME, HERE, address(token)));
        vm.chainId(FORK);
        describes(token, NAME, FORK);
        describes(teller, "Jiaozi Teller", FORK);
        so("separator", token.DOMAIN_SEPARATOR() == domainOf(NAME, FORK, address(token)));
        vm.chainId(HERE);
        so("separator", token.DOMAIN_SEPARATOR() == domainOf(NAME, HERE, address(token)));
    }

    /// The chain id that the token saw when it was deployed is remembered in its code; a fork must
    /// not go on with it.
    function test_aSignatureIsForOneSideOfAFork() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory here = sign(ALICE, domainOf(NAME, HERE, address(token)), hashTransfer(one));
        bytes memory there = sign(ALICE, domainOf(NAME, FORK, address(token)), hashTransfer(one));
        refuses(InvalidSignature.selector, alice);
        pay(one, there);
        vm.chainId(FORK);
        refuses(InvalidSignature.selector, alice);
        pay(one, here);
        pay(one, there);
        vm.chainId(HERE);
        holds(bob, 1_300);
    }

    function test_anOrderIsForOneSideOfAFork() public {
        RedeemOrder memory one = order(alice, 300, 0);
        bytes memory here = sign(ALICE, domainOf(NAME, HERE, address(token)), hashOrder(one));
        vm.chainId(FORK);
        refuses(InvalidSignature.selector, alice);
        by(relay).redeem(one, here);
        vm.chainId(HERE);
        by(relay).redeem(one, here);
        holds(alice, 3_700);
    }

    /// A fork that keeps the chain id cannot be told apart, but a used nonce was used on both sides.
    function test_aForkThatKeepsItsChainIdKeepsItsNonces() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes memory signature = signed(ALICE, hashTransfer(one));
        pay(one, signature);
        vm.chainId(FORK);
        vm.chainId(HERE);
        refuses(AuthorizationUsedOrCanceled.selector, alice, NONCE);
        pay(one, signature);
    }

    function test_aSignatureIsForOneToken() public {
        Authorization memory one = authorization(alice, bob, 300);
        bytes32 other = domainOf(NAME, HERE, address(deployToken(OFFSET)));
        refuses(InvalidSignature.selector, alice);
        pay(one, sign(ALICE, other, hashTransfer(one)));
        refuses(InvalidSignature.selector, alice);
        pay(one, sign(ALICE, domainOf("Jiaozi euro", HERE, address(token)), hashTransfer(one)));
        refuses(InvalidSignature.selector, alice);
        pay(one, sign(ALICE, tellerDomain(), hashTransfer(one)));
    }

    function pay(Authorization memory one, bytes memory signature) private {
        by(relay)
            .transferWithAuthorization(
                one.from, one.to, one.value, one.validAfter, one.validBefore, one.nonce, signature
            );
    }
}
